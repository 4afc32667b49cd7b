"""Trains on one GPU within minutes. The stages hand over files, so an interruption loses only the stage at work.

    python -m mvp_train.gpu.run teacher --work W --out OUT --teacher-seconds 180 --score-seconds 100
    python -m mvp_train.gpu.run student --work W --out OUT --start FOLDER --seconds 280

`teacher` computes vectors of all texts, mines hard negatives, trains a cross-encoder on them, and scores the lists.
`student` trains the reranker from a converted folder's weights and writes its weights in files under 16 MB, which
`mvp_train.gpu.collect` joins.
"""

import argparse
import copy
import json
import os
import time

import numpy as np
import torch
from transformers import BertConfig

from ..corpus import Corpus
from ..model import MvpBert
from ..shipped import load_shipped
from .dev_sets import DevSet, embeddings, measure
from .mpnet import MpNet, shifted
from .packed import unpack
from .pools import KEPT, NONE, Pools, load_lexical, mine
from .student import Student
from .teacher import Teacher
from .texts import Texts, alone, by_length

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
BF16 = DEVICE == "cuda"
SCORED = 16  # columns of a row that the teacher reads: the positive and these many less one of its negatives
PART_BYTES = 15 << 20


class Run:
    def __init__(self, args):
        self.args, self.began = args, time.time()
        self.corpus = Corpus(self.path("tokens"))
        self.lexical = load_lexical(self.path("lexical"), self.corpus.names)
        self.queries, self.passages = (
            Texts(t.ids, t.offsets, DEVICE) for t in (self.corpus.queries, self.corpus.passages)
        )
        os.makedirs(args.out, exist_ok=True)
        self.log_path = os.path.join(args.out, f"{args.stage}.jsonl")
        self.log(
            {"stage": args.stage, "torch": torch.__version__, "device": torch.cuda.get_device_name() if BF16 else "cpu"}
        )

    def path(self, *names):
        return os.path.join(self.args.work, *names)

    def log(self, row):
        line = json.dumps({"at": round(time.time() - self.began, 1), **row})
        print(line, flush=True)
        with open(self.log_path, "a") as file:
            file.write(line + "\n")

    def embedder(self):
        with open(self.path("config.json")) as file:
            model = MvpBert(BertConfig(**json.load(file)))
        with np.load(self.path("embedder.npz")) as file:
            state = unpack(dict(file))
        wanted = model.bert.state_dict().keys()
        missing = model.bert.load_state_dict({k: v for k, v in state.items() if k in wanted}, strict=False).missing_keys
        assert not [k for k in missing if "position_ids" not in k], missing
        return model.to(DEVICE)

    def sets(self):
        loaded = [DevSet.load(self.path("dev", name), DEVICE) for name in sorted(os.listdir(self.path("dev")))]
        held = DevSet.held_back(self.corpus, self.lexical, self.queries, self.passages, DEVICE)
        return [*loaded, held] if held else loaded

    def mpnet(self):
        if self.args.untrained_teacher:
            return MpNet(1).to(DEVICE)
        net, state = MpNet(), {}
        for name in os.listdir(self.args.work):
            if name.startswith("teacher-"):
                with np.load(self.path(name)) as file:
                    state.update(unpack(dict(file)))
        missing = net.load_state_dict(state, strict=False).missing_keys
        assert all(name.startswith(("dense", "out")) for name in missing), missing
        return net.to(DEVICE)

    @torch.no_grad()
    def teacher_vectors(self, net, texts, numbers, limit=144):
        out = torch.zeros(len(numbers), 768, device=DEVICE, dtype=torch.float16)
        with torch.autocast(DEVICE, torch.bfloat16, enabled=BF16):
            for rows in by_length(texts.lengths[numbers].clamp(max=limit - 2) + 2, 131072):
                out[rows] = net.embed(shifted(alone(texts, numbers[rows], limit))).half()
        return out

    @torch.no_grad()
    def own_vectors(self, model, texts, numbers):
        with torch.autocast(DEVICE, torch.bfloat16, enabled=BF16):
            return embeddings(model, texts, numbers, 128).half()

    def all_numbers(self):
        """Every passage; the queries that are asked."""
        asked = np.concatenate([np.concatenate([v["query"], v["held"]]) for v in self.lexical.values()])
        return torch.arange(len(self.passages.lengths), device=DEVICE), torch.from_numpy(
            np.unique(asked).astype(np.int64)
        ).to(DEVICE)

    def spread(self, numbers, total, vectors):
        out = torch.zeros(total, vectors.shape[1], device=DEVICE, dtype=vectors.dtype)
        out[numbers] = vectors
        return out

    @torch.no_grad()
    def measure_teacher(self, net, teacher, dev):
        where = torch.nonzero(dev.mask)
        similarity = torch.zeros(dev.p.shape, device=DEVICE)
        vectors = self.teacher_vectors(self.original_net, dev.passages, dev.p[dev.mask]).float()
        asked = self.teacher_vectors(self.original_net, dev.queries, dev.q).float()
        similarity[where[:, 0], where[:, 1]] = (vectors * asked[where[:, 0]]).sum(-1)
        own = Teacher(net, dev.queries, dev.passages)
        logits = torch.zeros(dev.p.shape, device=DEVICE)
        with torch.autocast(DEVICE, torch.bfloat16, enabled=BF16):
            logits[where[:, 0], where[:, 1]] = own.logits(dev.q[where[:, 0]], dev.p[dev.mask], 131072)
        both = logits + teacher.scale * similarity
        self.log(
            {
                "set": dev.name,
                "pairs": len(where),
                **{
                    n: round(float(dev.ndcg(x).mean()), 4)
                    for n, x in (("first", dev.first), ("similarity", similarity), ("cross", logits), ("teacher", both))
                },
            }
        )

    def teacher(self):
        args = self.args
        net, model = self.mpnet(), self.embedder().eval()
        self.original_net = copy.deepcopy(net).eval()
        passages, queries = self.all_numbers()
        total_q, total_p = len(self.queries.lengths), len(passages)
        of_teacher = (
            self.spread(passages, total_p, self.teacher_vectors(net, self.passages, passages)),
            self.spread(queries, total_q, self.teacher_vectors(net, self.queries, queries)),
        )
        self.log({"embedded": "teacher"})
        of_embedder = (
            self.spread(passages, total_p, self.own_vectors(model, self.passages, passages)),
            self.spread(queries, total_q, self.own_vectors(model, self.queries, queries)),
        )
        self.log({"embedded": "embedder"})
        mined = {n: mine(self.corpus, n, self.lexical[n], of_teacher, of_embedder, DEVICE) for n in self.corpus.names}
        for name, found in mined.items():
            self.log(
                {
                    "mined": name,
                    "rows": len(found["query"]),
                    "negatives": round((found["negatives"] != NONE).sum(1).float().mean().item(), 1),
                }
            )
        pools = Pools(self.corpus, mined, DEVICE)
        del of_embedder, of_teacher
        torch.save(mined, self.path("mined.pt"))
        teacher = Teacher(net, self.queries, self.passages)
        devs = self.sets()
        teacher.train(pools, args.teacher_seconds, self.log, DEVICE, BF16)
        for dev in devs:
            self.measure_teacher(net.eval(), teacher, dev)
        scores = self.score(pools, teacher)
        torch.save({"scores": scores, "scale": teacher.scale.item()}, self.path("scores.pt"))
        self.log(
            {
                "scored": int((scores > -1e30).any(1).sum()),
                "gpu_gb": round(torch.cuda.max_memory_allocated() / 2**30, 1) if BF16 else 0,
            }
        )

    def score(self, pools, teacher, chunk=2048):
        """Rows in the order that the mixture would draw them, for as long as there is time."""
        began, out = time.time(), torch.full((len(pools.query), KEPT + 1), -float("inf"), device=DEVICE)
        done = torch.zeros(len(pools.query), dtype=torch.bool, device=DEVICE)
        while time.time() - began < self.args.score_seconds and not done.all():
            rows = pools.rows(chunk).unique()
            rows = rows[~done[rows]]
            if len(rows) == 0:
                continue
            done[rows] = True
            columns = pools.columns(rows, SCORED - 1, hard=12.0)
            columns = torch.cat([torch.zeros_like(rows)[:, None], torch.where(columns == NONE, NONE, columns + 1)], 1)
            scores = teacher.score_rows(pools, rows, columns, DEVICE, BF16).masked_fill(columns == NONE, -float("inf"))
            out[rows] = out[rows].scatter_reduce(1, columns.clamp(min=0), scores, "amax")
        return out

    def student(self):
        args = self.args
        original = self.embedder().eval().requires_grad_(False)
        model = self.embedder()
        if args.start:
            load_shipped(model.cpu(), args.start)
            model.to(DEVICE)
        mined = torch.load(self.path("mined.pt"), map_location=DEVICE)
        pools = Pools(self.corpus, mined, DEVICE)
        saved = torch.load(self.path("scores.pt"), map_location=DEVICE)
        known = saved["scores"]
        # Rows that the teacher has not read take its similarity as an embedder. Only passages with a logit are drawn.
        unread = ~(known > -1e30).any(1)
        known[unread] = (saved["scale"] * pools.similarity[unread].float()).masked_fill(
            torch.cat([torch.zeros_like(pools.positive)[:, None], pools.negatives], 1)[unread] == NONE, -float("inf")
        )
        pools.negatives = pools.negatives.masked_fill(known[:, 1:] == -float("inf"), NONE)
        self.log({"rows": len(known), "read_by_teacher": int((~unread).sum())})
        student = Student(model, original, pools, known, self.queries, self.passages, DEVICE, args.sequences_a_step)
        devs = self.sets()
        for dev in devs:
            self.log({"sequences": 0, **measure(model.eval(), dev, BF16)})
        student.run(args.seconds, self.log, devs, save=self.save)
        torch.save(student.ema.state_dict(), self.path("student.pt"))
        results = {}
        for name, net in (("mean", student.ema), ("last", model)):
            found = [measure(net.eval(), dev, BF16) for dev in devs]
            results[name] = sum(f["fused"] + f[f"mvp{net.depths[-1]}"] for f in found)
            for row in found:
                self.log({"sequences": student.sequences, "weights": name, **row})
        best = max(results, key=results.get)
        self.log(
            {
                "kept": best,
                "steps": student.steps,
                "sequences": student.sequences,
                "gpu_gb": round(torch.cuda.max_memory_allocated() / 2**30, 1) if BF16 else 0,
            }
        )
        self.save(student.ema if best == "mean" else model)

    def save(self, model):
        """All weights in half precision, cut into parts."""
        path = self.path("weights.npz")
        np.savez(path, **{k: v.half().cpu().numpy() for k, v in model.state_dict().items() if v.is_floating_point()})
        with open(path, "rb") as file:
            for i, part in enumerate(iter(lambda: file.read(PART_BYTES), b"")):
                with open(os.path.join(self.args.out, f"weights.{i}"), "wb") as out:
                    out.write(part)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", choices=["teacher", "student"])
    parser.add_argument("--work", required=True, help="payload.py's folders, all in one, `work` unpacked")
    parser.add_argument("--out", required=True)
    parser.add_argument("--start", help="a converted folder to go on from; without it, the embedder's weights")
    parser.add_argument("--teacher-seconds", type=float, default=180)
    parser.add_argument("--score-seconds", type=float, default=100)
    parser.add_argument("--seconds", type=float, default=280)
    parser.add_argument("--sequences-a-step", type=int, default=1024)
    parser.add_argument(
        "--untrained-teacher", action="store_true", help="one random layer in the teacher's place, to try the code"
    )
    args = parser.parse_args()
    torch.manual_seed(1)
    torch.backends.cuda.matmul.allow_tf32 = True
    getattr(Run(args), args.stage)()


if __name__ == "__main__":
    main()
