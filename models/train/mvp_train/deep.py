"""Trains a reranker on a backbone of 12 layers that reads texts alone, in the 4 bits in which it is to ship.

    python -m mvp_train.deep --backbone e5 --earlier ../../public/models/mvp-mini --earlier-embedder all-MiniLM-L6-v2 \\
      --tokens work/tokens --mined work/mined --out work/deep --minutes 60

Texts alone run through all layers, each kind behind its own prompt; prompts of query and passage run through half of
them or less. The encoder's matrices are rounded to 4 bits before every step, and the step is applied to what they were
before rounding. So the weights settle where rounding costs least. The table of words is rounded once and stays.

The target of a list is its label and, with the larger share, the sum of two teachers: the backbone itself in full
precision, and an earlier reranker. A checkpoint is written every few minutes; the same command continues from it, and
ends with an mvp-bert folder.
"""

import argparse
import json
import math
import os
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from .alone import Reader, signals
from .corpus import Corpus
from .datasets import read_set
from .embed import pad
from .ensemble import mean_ndcg
from .export import export
from .gpu.late_interaction import late_interaction
from .gpu.student import at_progress, cross_entropy
from .lists import Lists
from .model import MvpBert, anchor_cosines
from .prepare import load_tokenizer
from .prompts import CLS, PAD, SEP, VIEW_TOKEN_IDS, chunks, prompt
from .rounded_weights import Rounded, Words
from .rounding import in_4_bits
from .shipped import load_shipped

# Exits of pairs, by the number of layers that texts alone run through.
DEPTHS = {6: [2, 4], 12: [4, 6]}
SIZES = [(8, 7, 4), (10, 8, 3), (16, 12, 2)]  # passages a list, how many of them are no fillers, lists a step
RATES = {"encoder": 5e-5, "decoder": 5e-4, "exits": 1e-3}
ONE_HOT = 0.35
# The teachers' logits: cosine and late interaction of the backbone, which differ by about a tenth within a list, and
# the scores of the earlier reranker.
NEARNESS, SHARPNESS = 25.0, 0.7
WEIGHTS = {
    "exit": 0.5,  # each
    "views": 0.15,
    "anchors": 0.5,
    "fused": 0.3,
    "cosine": 0.2,
    "late": 0.5,
    "alone": 0.3,  # cosine and late interaction together
    "embed": 60.0,  # distances from the backbone in full precision: of means, and of tokens
    "tokens": 15.0,
}
WARM_UP, DECAY_FROM = 60, 0.1
QUERY_LENGTH = 64
TEXT_LENGTHS = [(0.8, 112), (1.0, 192)]  # up to this progress, passages alone of at most so many tokens
SEARCH_EVERY = 40  # steps between two searches for the scales of blocks
MEAN_EVERY, MEAN_FROM, MEAN_SHARE = 10, 0.3, 0.03
SAVE_SECONDS = 240


class Drawn(Lists):
    """Lists of one size: a query's answer first, then mined negatives and fillers."""

    def draw_list(self, size, mined):
        """→ query, passages [size]"""
        name = self.names[self.random.choice(len(self.names), p=self.weights)]
        found, row = self.mined[name], self.next_row(name)
        answer, negatives = found["positive"][row], found["negatives"][row]
        chosen = self.random.permutation(negatives[negatives >= 0])[: mined - 1]
        taken = [answer, *chosen]
        for low, high in (self.corpus.passage_range[name], (0, len(self.corpus.passages))):
            fillers = np.unique(self.random.integers(low, high, 4 * size))
            fillers = fillers[~np.isin(fillers, [*taken, *negatives])]
            taken += self.random.permutation(fillers)[: size - len(taken)].tolist()
        return found["query"][row], np.array(taken)


class Trainer:
    def __init__(self, args):
        self.args = args
        os.makedirs(args.out, exist_ok=True)
        torch.manual_seed(args.seed)
        self.corpus = Corpus(args.tokens)
        # No vectors: the teachers read every list.
        self.lists = Drawn(self.corpus, args.mined, os.path.join(args.out, "none"), args.seed)
        self.tokenizer = load_tokenizer(args.backbone)
        self.prefixes = {
            kind: np.array(self.tokenizer.encode(text, add_special_tokens=False).ids, np.int64)
            for kind, text in (("query", args.query_prefix), ("passage", args.passage_prefix))
        }
        self.original = MvpBert.from_embedder(args.backbone).eval().requires_grad_(False)
        self.earlier = MvpBert.from_embedder(args.earlier_embedder).eval().requires_grad_(False)
        load_shipped(self.earlier, args.earlier)
        self.model = MvpBert.from_embedder(args.backbone, DEPTHS[self.original.config.num_hidden_layers])
        self.prepare()
        self.steps, self.seconds, self.passages, self.mean = 0, 0.0, 0, None
        self.path = os.path.join(args.out, "checkpoint.pt")
        if os.path.exists(self.path):
            self.load()

    def prepare(self):
        """Rounds the table of words, and sorts the weights by how they learn."""
        embeddings = self.model.bert.embeddings
        words = embeddings.word_embeddings.weight.detach()
        table = torch.from_numpy(in_4_bits(words.numpy()))
        table[VIEW_TOKEN_IDS] = words[VIEW_TOKEN_IDS]
        embeddings.word_embeddings = Words(table)
        # Cosine and late interaction by themselves, together, and beside MVP's score.
        self.scales = nn.Parameter(torch.tensor([math.log(v) for v in (50.0, 50.0, 25.0, 25.0, 10.0, 10.0)]))
        named = list(self.model.bert.named_parameters())
        self.rounded = Rounded([p for n, p in named if p.ndim > 1 and "encoder.layer" in n])
        rest = [p for n, p in named if p.ndim == 1]
        for name, parameter in named:
            parameter.requires_grad_("position" not in name and "token_type" not in name)
        heads = [*self.model.decoder.parameters(), self.scales, embeddings.word_embeddings.views]
        exits = list(self.model.exits.parameters())
        self.learning = [*self.rounded.full, *rest, *heads, *exits]
        self.optimizer = torch.optim.AdamW(
            [
                {"params": self.rounded.full, "rate": RATES["encoder"], "weight_decay": 0.01},
                {"params": rest, "rate": RATES["encoder"], "weight_decay": 0.0},
                {"params": heads, "rate": RATES["decoder"], "weight_decay": 0.0},
                {"params": exits, "rate": RATES["exits"], "weight_decay": 0.0},
            ],
            lr=0.0,
            betas=(0.9, 0.98),
            fused=True,
        )

    def save(self):
        state = {
            "learning": [p.detach() for p in self.learning],
            "mean": self.mean,
            "optimizer": self.optimizer.state_dict(),
            "counts": (self.steps, self.seconds, self.passages),
        }
        torch.save(state, self.path + ".new")
        os.replace(self.path + ".new", self.path)

    @torch.no_grad()
    def load(self):
        state = torch.load(self.path, map_location="cpu")
        self.put(state["learning"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.mean = state["mean"]
        self.steps, self.seconds, self.passages = state["counts"]
        # The lists that came before must not come again.
        self.lists.random = np.random.default_rng([self.args.seed, self.steps])
        print(f"resumed at step {self.steps}", flush=True)

    def put(self, values):
        for own, value in zip(self.learning, values, strict=True):
            own.data.copy_(value)

    @torch.no_grad()
    def plain(self):
        """The network as it ships: the mean of the later steps' weights, rounded."""
        if self.mean is not None:
            self.put(self.mean)
        self.rounded.search()
        self.rounded.apply()
        state = self.model.state_dict()
        views = state.pop("bert.embeddings.word_embeddings.views")
        table = state["bert.embeddings.word_embeddings.weight"].clone()
        table[VIEW_TOKEN_IDS] = views
        model = MvpBert(self.original.config, self.model.depths)
        model.load_state_dict({**state, "bert.embeddings.word_embeddings.weight": table})
        model.prompts = {"query": self.args.query_prefix, "passage": self.args.passage_prefix}
        return model

    def autocast(self):
        return torch.autocast("cpu", torch.bfloat16, enabled=not self.args.fp32)

    def text(self, kind, number, limit):
        prefix = self.prefixes[kind]
        ids = (self.corpus.queries if kind == "query" else self.corpus.passages)[number]
        return np.concatenate([[CLS], prefix, ids[: limit - 2 - len(prefix)], [SEP]]).astype(np.int64)

    def read_alone(self, rows):
        """→ of the student and of the backbone: tokens' unit vectors [n, L, d] and means [n, d]; which tokens there are
        [n, L]; how far the student's means and tokens have moved [2]
        """
        width = max(map(len, rows))
        parts, moved, order = [], [], []
        for part in chunks([(row,) for row in rows]):
            ids = pad([rows[i] for i in part])
            mask = (ids != PAD).unsqueeze(-1)
            with self.autocast():
                hidden = self.model.tokens(ids)
                with torch.no_grad():
                    wanted = self.original.tokens(ids)
            units = [F.normalize(x, dim=-1) for x in (hidden, wanted)]
            means = [F.normalize((x * mask).sum(1), dim=-1) for x in (hidden, wanted)]
            kept = ((units[0] * units[1]).sum(-1, keepdim=True) * mask).sum() / mask.sum()
            distances = torch.stack([1 - (means[0] * means[1]).sum(-1).mean(), 1 - kept])
            moved.append(distances * len(part) / len(rows))
            grow = width - ids.shape[1]
            parts.append((*(F.pad(x, (0, 0, 0, grow)) for x in units), *means, F.pad(mask.squeeze(-1), (0, grow))))
            order += part
        back = torch.tensor(order).argsort()
        return *(torch.cat(x)[back] for x in zip(*parts, strict=True)), torch.stack(moved).sum(0)

    def read_pairs(self, model, queries, passages, limit):
        """→ {exit: relevance vectors [n, views, d]}"""
        windows = self.lists.random.random(len(queries)) < 0.4
        texts = [
            prompt(self.corpus.queries[q], self.corpus.passages[p], limit, window)
            for q, p, window in zip(queries, passages, windows, strict=True)
        ]
        parts, order = [], []
        for part in chunks(texts):
            with self.autocast():
                parts.append(model.relevance(pad([texts[i][0] for i in part]), pad([texts[i][1] for i in part])))
            order += part
        back = torch.tensor(order).argsort()
        return {e: torch.cat([part[e] for part in parts])[back] for e in model.depths}

    def step(self, progress):
        decay = 1.0 if progress < DECAY_FROM else max(0.0, (1 - progress) / (1 - DECAY_FROM))
        for group in self.optimizer.param_groups:
            group["lr"] = group["rate"] * decay * min(1.0, (self.steps + 1) / WARM_UP)
        if self.steps % SEARCH_EVERY == 0 or self.rounded.scales[0] is None:
            self.rounded.search()
        self.rounded.apply()
        losses, figures = self.losses(at_progress(TEXT_LENGTHS, progress))
        sum(WEIGHTS[name] * value for name, value in losses.items()).backward()
        for full, parameter in zip(self.rounded.full, self.rounded.parameters, strict=True):
            full.grad, parameter.grad = parameter.grad, None
        nn.utils.clip_grad_norm_(self.learning, 3.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.steps += 1
        if self.steps % MEAN_EVERY == 0 and progress > MEAN_FROM:
            values = [p.detach() for p in self.learning]
            if self.mean is None:
                self.mean = [v.clone() for v in values]
            torch._foreach_lerp_(self.mean, values, MEAN_SHARE)
        return {name: float(value.detach()) for name, value in {**losses, **figures}.items()}

    def losses(self, limit):
        size, mined, count = SIZES[self.lists.random.integers(len(SIZES))]
        queries, passages = zip(*(self.lists.draw_list(size, mined) for _ in range(count)), strict=True)
        passages = np.concatenate(passages)
        self.passages += len(passages)
        asked = self.read_alone([self.text("query", q, QUERY_LENGTH) for q in queries])
        found = self.read_alone([self.text("passage", p, limit) for p in passages])
        # Late interaction compares the query's own tokens.
        own = asked[4].clone()
        own[:, : 1 + len(self.prefixes["query"])] = False
        own[torch.arange(count), asked[4].sum(1) - 1] = False

        def each(x):
            return x.repeat_interleave(size, 0)

        def near(reader):
            late = late_interaction(each(asked[reader]), each(own), found[reader], found[4]).view(count, size)
            means = found[2 + reader].view(count, size, -1)
            return torch.einsum("ld,lsd->ls", asked[2 + reader], means), late

        cosine, late = near(0)
        pairs, whole = np.repeat(queries, size), torch.ones(count, size, dtype=torch.bool)

        def scored(model, vectors):
            views, anchors = model.score(vectors.view(count, size, *vectors.shape[1:]), whole)
            return views.float(), anchors

        with torch.no_grad():
            vectors = self.read_pairs(self.earlier, pairs, passages, limit + 32)[self.earlier.depths[-1]]
            known = NEARNESS * sum(near(1)) + scored(self.earlier, vectors)[0].mean(-1)
            target = (1 - ONE_HOT) * (SHARPNESS * known).softmax(-1)
            target[:, 0] += ONE_HOT
        scale = self.scales.exp()
        losses = {
            "cosine": cross_entropy(scale[0] * cosine, target),
            "late": cross_entropy(scale[1] * late, target),
            "alone": cross_entropy(scale[2] * cosine + scale[3] * late, target),
        }
        losses["embed"], losses["tokens"] = 0.9 * found[5] + 0.1 * asked[5]
        beside = scale[4] * cosine + scale[5] * late
        firsts = {"cosine": cosine, "late": late, "teachers": known}
        by_exit = {"exit": [], "fused": [], "views": [], "anchors": []}
        for depth, vectors in self.read_pairs(self.model, pairs, passages, limit + 32).items():
            views, anchors = scored(self.model, vectors)
            score = firsts[f"exit {depth}"] = views.mean(-1)
            by_exit["exit"].append(cross_entropy(score, target))
            by_exit["fused"].append(cross_entropy(score + beside, target))
            of_views = [cross_entropy(views[..., k], target) for k in range(views.shape[-1])]
            by_exit["views"].append(sum(of_views) / len(of_views))
            by_exit["anchors"].append(anchor_cosines(anchors).square().mean())
        losses |= {name: sum(values) for name, values in by_exit.items()}
        return losses, {f"{name} first": (x.argmax(-1) == 0).float().mean() for name, x in firsts.items()}

    @torch.no_grad()
    def measure(self):
        """nDCG@10 of the signals of texts alone, with the rounded weights."""
        self.rounded.search()
        self.rounded.apply()
        prefixes = {"query": self.args.query_prefix, "passage": self.args.passage_prefix}
        reader = Reader(self.model.eval(), self.tokenizer, prefixes, bf16=not self.args.fp32)
        found = {}
        for path, limit in zip(self.args.sets, self.args.queries or [0] * len(self.args.sets), strict=True):
            found[os.path.basename(path).split(".")[0]] = mean_ndcg([signals(reader, read_set(path, limit))])
        self.model.train()
        return found

    def log(self, row):
        row = {"step": self.steps, "passages": self.passages, "minutes": round(self.seconds / 60, 2), **row}
        print(json.dumps(row), flush=True)
        with open(os.path.join(self.args.out, "log.jsonl"), "a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")

    def run(self):
        budget, saved, window = 60 * self.args.minutes, time.time(), []
        parts = self.args.evaluations
        due = math.floor(self.seconds / budget * parts) + 1
        while (progress := self.seconds / budget) < 1:
            began = time.time()
            window.append(self.step(progress))
            self.seconds += time.time() - began
            if self.steps % self.args.log_every == 0:
                self.log({name: round(float(np.mean([w[name] for w in window])), 4) for name in window[0]})
                window = []
            if self.args.sets and progress * parts >= due:
                due += 1
                self.log(self.measure())
            if time.time() - saved > SAVE_SECONDS:
                self.save()
                saved = time.time()
        self.save()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backbone", required=True, help="an embedder in a Hugging Face folder")
    parser.add_argument("--query-prefix", default="query: ")
    parser.add_argument("--passage-prefix", default="passage: ")
    parser.add_argument("--earlier", required=True, help="converted folder (q8 or fp32) of the reranker that teaches")
    parser.add_argument("--earlier-embedder", required=True, help="folder of what that reranker was trained from")
    parser.add_argument("--tokens", required=True)
    parser.add_argument("--mined", required=True)
    parser.add_argument("--out", required=True, help="checkpoint.pt, log.jsonl and, at the end, export/")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--sets", nargs="*", default=[], help="sets to measure on the way")
    parser.add_argument("--queries", type=int, nargs="*", default=[], help="a limit for each set; 0 is all")
    parser.add_argument("--evaluations", type=int, default=20)
    parser.add_argument("--log-every", type=int, default=50)
    parser.add_argument("--fp32", action="store_true", help="for processors that emulate bf16")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    trainer = Trainer(args)
    trainer.run()
    export(trainer.plain(), args.backbone, os.path.join(args.out, "export"))


if __name__ == "__main__":
    main()
