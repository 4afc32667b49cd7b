"""nDCG@10 of an embedder that reads texts alone: its cosine, its late interaction, both, and with the first stage.

    python -m mvp_train.alone --model e5-small-v2 --query-prefix "query: " --passage-prefix "passage: " \\
      --sets ../data/eval/*.xz --rounding q4 --dump dumps/e5-q4

Takes any BERT in a Hugging Face folder that has the student's vocabulary, or an mvp-bert folder. It says whether a
backbone or a teacher is worth its bytes before anything is built on it. Late interaction leaves out `[CLS]`, the prefix
and `[SEP]`, of both texts. `--dump` writes the signals, a file a set, which `mvp_train.ensemble` adds up.
"""

import argparse
import json
import os
import time

import numpy as np
import torch
from safetensors.torch import load_file
from torch.nn import functional as F
from transformers import BertConfig

from .datasets import passage_text, read_set, write_jsonl
from .embed import pad
from .ensemble import mean_ndcg
from .model import MvpBert
from .prepare import load_tokenizer
from .prompts import CLS, PAD, SEP, chunks
from .rounding import ROUNDINGS, is_rounded

LENGTH = 200


def load(folder, rounding):
    model = MvpBert(BertConfig.from_pretrained(folder))
    state = load_file(os.path.join(folder, "model.safetensors"))
    wanted = model.bert.state_dict()
    for name in wanted:
        value = state.get(name, state.get("bert." + name))
        if value is None:
            continue
        value = value.float().numpy()
        wanted[name] = torch.from_numpy(ROUNDINGS[rounding](value) if is_rounded(name, value.shape) else value)
    model.bert.load_state_dict(wanted)
    return model.eval()


class Reader:
    def __init__(self, model, tokenizer, prefixes, length=LENGTH, pooling="mean", bf16=False, device="cpu"):
        """`prefixes`: what stands before a query and before a passage."""
        self.model, self.tokenizer, self.device = model.to(device), tokenizer, device
        self.length, self.pooling, self.bf16 = length, pooling, bf16
        self.prefixes = {kind: self.ids([text])[0] for kind, text in prefixes.items()}

    def ids(self, texts):
        return [np.array(e.ids, np.int64) for e in self.tokenizer.encode_batch(texts, add_special_tokens=False)]

    def read(self, kind, texts):
        """Yields (number, vector [d], its own tokens' vectors [n, d]), all of unit length."""
        prefix = self.prefixes[kind]
        rows = [np.concatenate([[CLS], prefix, ids[: self.length - 2 - len(prefix)], [SEP]]) for ids in self.ids(texts)]
        for part in chunks([(row,) for row in rows]):
            ids = pad([rows[i] for i in part]).to(self.device)
            with torch.autocast(self.device, torch.bfloat16, enabled=self.bf16):
                hidden = self.model.tokens(ids).float()
            there = (ids != PAD).unsqueeze(-1)
            pooled = hidden[:, 0] if self.pooling == "cls" else (hidden * there).sum(1) / there.sum(1)
            vectors, tokens = F.normalize(pooled, dim=-1), F.normalize(hidden, dim=-1)
            for i, vector, own in zip(part, vectors, tokens, strict=True):
                yield i, vector, own[1 + len(prefix) : len(rows[i]) - 1]


@torch.no_grad()
def signals(reader, rows):
    """→ a row a query: signals, grades and grades of all that was judged."""
    texts = {}  # a passage of many queries is read once
    users = {}
    for q, row in enumerate(rows):
        for place, d in enumerate(row["bm25_results"]):
            number = texts.setdefault(passage_text(d["title"], d["text"]), len(texts))
            users.setdefault(number, []).append((q, place))
    asked = {i: (vector, own) for i, vector, own in reader.read("query", [row["q_text"] for row in rows])}
    cosine = [np.zeros(len(row["bm25_results"])) for row in rows]
    late = [np.zeros(len(row["bm25_results"])) for row in rows]
    for number, vector, own in reader.read("passage", list(texts)):
        for q, place in users[number]:
            cosine[q][place] = float(asked[q][0] @ vector)
            if len(own) and len(asked[q][1]):
                late[q][place] = float((asked[q][1] @ own.T).amax(1).mean())
    return [
        {
            "qid": row["qid"],
            "cosine": c.round(6).tolist(),
            "late": x.round(6).tolist(),
            "first": [d["bm25_score"] for d in row["bm25_results"]],
            "grades": [max(0, row["qrels"].get(d["pid"], 0)) for d in row["bm25_results"]],
            "judged": [max(0, grade) for grade in row["qrels"].values()],
        }
        for row, c, x in zip(rows, cosine, late, strict=True)
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--query-prefix", default="")
    parser.add_argument("--passage-prefix", default="")
    parser.add_argument("--pooling", choices=["mean", "cls"], default="mean")
    parser.add_argument("--rounding", choices=list(ROUNDINGS), default="fp32", help="of weights, as the converter's")
    parser.add_argument("--sets", nargs="+", required=True, help="…jsonl or …jsonl.xz")
    parser.add_argument("--queries", type=int, nargs="*", default=[], help="a limit for each set; 0 is all")
    parser.add_argument("--length", type=int, default=LENGTH, help="of a text, prefix and both ends included")
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--dump", help="folder for the signals")
    args = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    prefixes = {"query": args.query_prefix, "passage": args.passage_prefix}
    model = load(args.model, args.rounding)
    reader = Reader(model, load_tokenizer(args.model), prefixes, args.length, args.pooling, args.bf16, device)
    for path, limit in zip(args.sets, args.queries or [0] * len(args.sets), strict=True):
        began, name = time.time(), os.path.basename(path).split(".")[0]
        found = signals(reader, read_set(path, limit))
        if args.dump:
            os.makedirs(args.dump, exist_ok=True)
            write_jsonl(os.path.join(args.dump, name + ".jsonl"), found)
        row = {"set": name, "queries": len(found), **mean_ndcg([found]), "seconds": round(time.time() - began)}
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
