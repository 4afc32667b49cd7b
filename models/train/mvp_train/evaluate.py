"""nDCG@10 of a checkpoint on development sets: every exit, the weights as an embedder, and their plain sum.

Sets are read in the MVP authors' format, one query a line with its first-stage results. Linear gains, as trec_eval.
"""

import argparse
import json
import os
import time

import numpy as np
import torch
from safetensors.torch import load_file

from .datasets import passage_text, read_set
from .embed import pad
from .metrics import ndcg
from .model import MvpBert, anchor_cosines
from .prepare import load_tokenizer
from .prompts import chunks, prompt, text_ids


def standard(x):
    x = np.asarray(x, float)
    return (x - x.mean()) / (x.std() + 1e-9)


def embed_candidates(model, query, passages, length, device):
    texts = [text_ids(p, length) for p in passages]
    embedded = torch.zeros(len(texts), model.config.hidden_size, device=device)
    for part in chunks([(t,) for t in texts]):
        embedded[part] = model.embed(pad([texts[i] for i in part]).to(device))
    return embedded, model.embed(pad([text_ids(query, length)]).to(device))[0]


@torch.no_grad()
def signals(model, tokenizer, row, length, bf16, device, mvp_only, by_view):
    """Scores of one query's candidates by each signal; `by_view`: of the last exit also by fewer views."""

    def encode(texts):
        return [np.array(e.ids) for e in tokenizer.encode_batch(texts, add_special_tokens=False)]

    passages = encode([passage_text(d["title"], d["text"]) for d in row["bm25_results"]])
    query = encode([row["q_text"]])[0]
    prompts = [prompt(query, p, length) for p in passages]
    out, vectors = {}, {e: torch.zeros(len(prompts), 4, model.config.hidden_size, device=device) for e in model.depths}
    with torch.autocast(device, torch.bfloat16, enabled=bf16):
        for part in chunks(prompts):
            found = model.relevance(*(pad([prompts[i][k] for i in part]).to(device) for k in (0, 1)))
            for e in model.depths:
                vectors[e][part] = found[e]
        embedded, query_vector = (None, None) if mvp_only else embed_candidates(model, query, passages, length, device)
    everything = torch.ones(1, len(prompts), dtype=torch.bool, device=device)
    cosines = []
    for e in model.depths:
        views, anchors = model.score(vectors[e][None], everything)
        out[f"mvp{e}"] = views[0].mean(-1).cpu().numpy()
        cosines.append(anchor_cosines(anchors).abs().mean().item())
    if by_view:
        each = views[0].cpu().numpy()
        for k in range(each.shape[1]):
            out[f"view{k}"], out[f"without{k}"] = each[:, k], np.delete(each, k, 1).mean(-1)
        out["views01"], out["views23"] = each[:, :2].mean(-1), each[:, 2:].mean(-1)
    out["first_stage"] = np.array([d["bm25_score"] for d in row["bm25_results"]])
    if mvp_only:
        return out, cosines[-1]
    out["embedder"] = (embedded @ query_vector).cpu().numpy()
    out["mvp+embedder"] = standard(out[f"mvp{model.depths[-1]}"]) + 0.5 * standard(out["embedder"])
    out["mvp+embedder+first"] = out["mvp+embedder"] + 0.25 * standard(out["first_stage"])
    return out, cosines[-1]


def load(embedder, checkpoint):
    """A checkpoint of train.py, an exported folder, or (None) the untrained start."""
    model = MvpBert.from_embedder(embedder)
    if checkpoint and os.path.isdir(checkpoint):
        model.load_state_dict(load_file(os.path.join(checkpoint, "model.safetensors")))
    elif checkpoint:
        model.load_state_dict(torch.load(checkpoint, map_location="cpu")["model"])
    return model.eval()


def evaluate(model, tokenizer, path, limit, length, bf16, device="cpu", mvp_only=False, by_view=False):
    rows, results, overlap, began = read_set(path, limit), [], [], time.time()
    for row in rows:
        grades = np.array([row["qrels"].get(d["pid"], 0) for d in row["bm25_results"]], float)
        judged = np.array(list(row["qrels"].values()), float)
        found, cosine = signals(model, tokenizer, row, length, bf16, device, mvp_only, by_view)
        results.append({name: ndcg(scores, grades, judged) for name, scores in found.items()})
        overlap.append(cosine)
    means = {name: round(float(np.mean([r[name] for r in results])), 4) for name in results[0]}
    return {
        "queries": len(rows),
        **means,
        "anchor_cosine": round(float(np.mean(overlap)), 3),
        "seconds": round(time.time() - began),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--embedder", required=True)
    parser.add_argument("--checkpoint", help="checkpoint.pt or an exported folder; without it, the untrained start")
    parser.add_argument("--sets", nargs="+", required=True, help="…jsonl or …jsonl.xz")
    parser.add_argument("--queries", type=int, nargs="*", default=[], help="a limit for each set; 0 is all")
    parser.add_argument("--length", type=int, default=256)
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument(
        "--mvp-only", action="store_true", help="half the time: the weights are not tried as an embedder"
    )
    parser.add_argument("--views", action="store_true", help="also by single views, pairs of them, and without each")
    parser.add_argument("--log", help="file to append the result to, for report.py")
    args = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model, tokenizer = load(args.embedder, args.checkpoint).to(device), load_tokenizer(args.embedder)
    sequences = 0
    if args.checkpoint and not os.path.isdir(args.checkpoint):
        sequences = torch.load(args.checkpoint, map_location="cpu")["sequences"]
    for path, limit in zip(args.sets, args.queries or [0] * len(args.sets), strict=True):
        found = evaluate(model, tokenizer, path, limit, args.length, args.bf16, device, args.mvp_only, args.views)
        row = {
            "sequences": sequences,
            "set": os.path.basename(path).split(".")[0],
            "length": args.length,
            "precision": "bf16" if args.bf16 else "fp32",
            **found,
        }
        print(json.dumps(row), flush=True)
        if args.log:
            with open(args.log, "a") as file:
                file.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
