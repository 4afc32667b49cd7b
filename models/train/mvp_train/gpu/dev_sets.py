"""Lists to measure on: development sets packed as tokens, and held-back training queries among BM25's best."""

import os
from itertools import pairwise

import numpy as np
import torch
from torch.nn import functional as F

from ..datasets import passage_text, read_set
from ..model import anchor_cosines
from ..prompts import CLS, PAD, SEP
from .late_interaction import late_interaction
from .pools import NONE
from .texts import Prompts, Texts, alone, by_length, rounded

K = 10


def pack(path, tokenizer, limit, out):
    """A set in the MVP authors' format → an .npz of token ids; `limit` queries spread evenly over it, or all."""
    rows = read_set(path, limit)

    def encode(texts):
        return [np.array(e.ids[:256], np.uint16) for e in tokenizer.encode_batch(texts, add_special_tokens=False)]

    texts, numbers, passages, grades, first, ideal = {}, [], [], [], [], []
    for row in rows:
        for d in row["bm25_results"]:
            passages.append(texts.setdefault(passage_text(d["title"], d["text"]), len(texts)))
            grades.append(max(0, row["qrels"].get(d["pid"], 0)))
            first.append(d["bm25_score"])
        numbers.append(len(row["bm25_results"]))
        best = sorted((max(0, g) for g in row["qrels"].values()), reverse=True)[:K]
        ideal.append(sum(g / np.log2(i + 2) for i, g in enumerate(best)))
    tokens, queries = encode(list(texts)), encode([row["q_text"] for row in rows])

    def ends(parts):
        return np.concatenate([[0], np.cumsum([len(p) for p in parts])])

    np.savez(
        out,
        passages=np.concatenate(tokens),
        passage_offsets=ends(tokens),
        queries=np.concatenate(queries),
        query_offsets=ends(queries),
        counts=np.array(numbers),
        p=np.array(passages, np.int32),
        grades=np.array(grades, np.int8),
        first=np.array(first, np.float32),
        ideal=np.array(ideal),
    )


class DevSet:
    """Lists of candidates: q [lists], p, grades and first-stage scores [lists, most], NONE beyond a list's end."""

    def __init__(self, name, queries, passages, q, p, grades, first, ideal):
        self.name, self.queries, self.passages = name, queries, passages
        self.q, self.p, self.grades, self.first, self.ideal = q, p, grades, first, ideal
        self.mask = p != NONE

    @classmethod
    def load(cls, path, device):
        with np.load(path) as file:
            a = dict(file)
        ends = np.concatenate([[0], np.cumsum(a["counts"])])
        most = a["counts"].max()

        def fill(values, empty):
            return np.stack(
                [np.pad(values[s:e], (0, most - (e - s)), constant_values=empty) for s, e in pairwise(ends)]
            )

        def put(x):
            return torch.from_numpy(x).to(device)

        return cls(
            os.path.basename(path)[:-4],
            Texts(a["queries"], a["query_offsets"], device),
            Texts(a["passages"], a["passage_offsets"], device),
            torch.arange(len(a["counts"]), device=device),
            put(fill(a["p"].astype(np.int64), NONE)),
            put(fill(a["grades"].astype(np.float32), 0)),
            put(fill(a["first"], 0)),
            a["ideal"],
        )

    @classmethod
    def held_back(cls, corpus, lexical, queries, passages, device):
        """Those whose answer is among the candidates, all sources together; the first stage's score is a rank."""
        q, p, grades, ideal = [], [], [], []
        for name, found in lexical.items():
            judged = {}
            for query, passage, grade in corpus.qrels[name]:
                judged.setdefault(query, {})[passage] = max(0, int(grade))
            for query, candidates in zip(found["held"], found["held_candidates"], strict=True):
                own = [judged[query].get(c, 0) for c in candidates]
                if max(own) == 0:
                    continue
                q.append(query), p.append(candidates), grades.append(own)
                best = sorted(judged[query].values(), reverse=True)[:K]
                ideal.append(sum(g / np.log2(i + 2) for i, g in enumerate(best)))
        if not q:
            return None
        p, grades = np.stack(p).astype(np.int64), np.array(grades, np.float32)

        def put(x):
            return torch.from_numpy(x).to(device)

        first = -torch.arange(float(p.shape[1]), device=device).expand(len(q), -1)
        return cls("held", queries, passages, put(np.array(q, np.int64)), put(p), put(grades), first, np.array(ideal))

    def ndcg(self, scores):
        order = torch.sort(scores.masked_fill(~self.mask, -1e9), dim=-1, descending=True, stable=True).indices[:, :K]
        gains = self.grades.gather(1, order) / torch.log2(torch.arange(order.shape[1], device=order.device) + 2)
        return gains.sum(1).cpu().numpy() / np.maximum(self.ideal, 1e-9)

    def standard(self, x):
        x = x.float()
        n = self.mask.sum(1, keepdim=True)
        mean = (x * self.mask).sum(1, keepdim=True) / n
        deviation = (((x - mean) * self.mask).square().sum(1, keepdim=True) / n).sqrt()
        return (x - mean) / (deviation + 1e-6) * self.mask


def tokens_of(model, texts, numbers, limit, chunk_tokens=131072):
    """Unit vectors of texts' tokens, a chunk at a time: yields (rows, ids, hidden, mean)."""
    lengths = texts.lengths[numbers].clamp(max=limit - 2) + 2
    for rows in by_length(lengths, chunk_tokens):
        ids = alone(texts, numbers[rows], limit)
        hidden = model.tokens(ids)
        mask = (ids != PAD).unsqueeze(-1)
        yield rows, ids, F.normalize(hidden, dim=-1), F.normalize((hidden * mask).sum(1), dim=-1)


@torch.no_grad()
def embeddings(model, texts, numbers, limit):
    out = torch.zeros(len(numbers), model.config.hidden_size, device=numbers.device)
    for rows, _, _, mean in tokens_of(model, texts, numbers, limit):
        out[rows] = mean
    return out


@torch.no_grad()
def alone_signals(model, dev, limit=256):
    """Cosine and late interaction [lists, most] of the weights as an embedder."""
    cosine, late = torch.zeros(dev.p.shape, device=dev.p.device), torch.zeros(dev.p.shape, device=dev.p.device)
    width = int(dev.queries.lengths[dev.q].clamp(max=limit - 2).max()) + 2
    asked = torch.zeros(len(dev.q), rounded(width), model.config.hidden_size, device=dev.p.device)
    own, means = (
        torch.zeros(asked.shape[:2], dtype=torch.bool, device=dev.p.device),
        torch.zeros(len(dev.q), model.config.hidden_size, device=dev.p.device),
    )
    for rows, ids, hidden, mean in tokens_of(model, dev.queries, dev.q, limit):
        asked[rows, : ids.shape[1]] = hidden
        own[rows, : ids.shape[1]] = (ids != PAD) & (ids != CLS) & (ids != SEP)
        means[rows] = mean
    where = torch.nonzero(dev.mask)
    for rows, ids, hidden, mean in tokens_of(model, dev.passages, dev.p[dev.mask], limit, 65536):
        lists, columns = where[rows].T
        cosine[lists, columns] = (mean * means[lists]).sum(-1)
        late[lists, columns] = late_interaction(asked[lists], own[lists], hidden, ids != PAD)
    return cosine, late


@torch.no_grad()
def prompt_signals(model, dev, limit=256):
    """MVP scores by exit [lists, most], and the mean absolute cosine between anchors."""
    where = torch.nonzero(dev.mask)
    prompts = Prompts(dev.queries, dev.passages, dev.q[where[:, 0]], dev.p[dev.mask], limit)
    vectors = {e: torch.zeros(*dev.p.shape, 4, model.config.hidden_size, device=dev.p.device) for e in model.depths}
    for rows in by_length(prompts.total, 131072):
        for e, found in model.relevance(*prompts.ids(rows)).items():
            vectors[e][where[rows, 0], where[rows, 1]] = found
    out = {}
    for e in model.depths:
        with torch.autocast(dev.p.device.type, enabled=False):
            views, anchors = model.score(vectors[e], dev.mask)
        out[f"mvp{e}"] = views.mean(-1)
    return out, anchor_cosines(anchors).abs().mean().item()


def measure(model, dev, bf16, limit=256):
    device = dev.p.device.type
    with torch.autocast(device, torch.bfloat16, enabled=bf16):
        signals, overlap = prompt_signals(model, dev, limit)
        signals["cosine"], signals["late"] = alone_signals(model, dev, limit)
    z = {name: dev.standard(x) for name, x in {**signals, "first": dev.first}.items()}
    signals["first"] = dev.first
    signals["fused"] = z[f"mvp{model.depths[-1]}"] + z["late"] + 0.4 * z["first"]
    return {
        "set": dev.name,
        **{name: round(float(dev.ndcg(x).mean()), 4) for name, x in signals.items()},
        "anchor_cosine": round(overlap, 3),
    }
