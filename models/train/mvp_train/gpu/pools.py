"""Mines candidates of every training query on the device: the nearest by vectors and the best by BM25.

Passages that are probably answers are dropped. `Pools` draws lists from the rest. All tensors lie in device memory;
numbers are the corpus's.
"""

import os

import numpy as np
import torch

from ..sources import DUPLICATE, LOST_POSITIVE, SOURCES

NEAR_TEACHER, NEAR_EMBEDDER, KEPT = 16, 10, 40
NONE = -1


def positives_of(qrels, queries, device):
    """→ [n, most] passage numbers judged above 0, NONE beyond; [n, most] those judged 0."""
    found = []
    for wanted in (qrels[qrels[:, 2] > 0], qrels[qrels[:, 2] <= 0]):
        lists = {}
        for q, p, _ in wanted:
            lists.setdefault(q, []).append(p)
        rows = [lists.get(q, [])[:12] for q in queries]
        out = np.full((len(rows), max(1, max(map(len, rows)))), NONE, np.int64)
        for i, row in enumerate(rows):
            out[i, : len(row)] = row
        found.append(torch.from_numpy(out).to(device))
    return found


def mine(corpus, source, lexical, teacher, embedder, device, chunk=512):
    """→ query [n], positive [n], negatives [n, KEPT] by falling similarity, and similarity [n, KEPT + 1].

    Column 0 of the similarities is the positive's.
    """
    rule = SOURCES[source]
    pool = torch.cat([torch.arange(*corpus.passage_range[s], device=device) for s in rule.pool if s in corpus.names])
    queries = lexical["query"]
    right, judged_wrong = positives_of(corpus.qrels[source], queries.tolist(), device)
    queries = torch.from_numpy(queries.astype(np.int64)).to(device)
    by_words = torch.from_numpy(lexical["candidates"].astype(np.int64)).to(device)
    out = []
    pool_vectors = {
        name: passages[pool].half() for name, (passages, _) in (("teacher", teacher), ("embedder", embedder))
    }
    for start in range(0, len(queries), chunk):
        part = slice(start, start + chunk)
        q = queries[part]
        asked = teacher[1][q]
        similarity = asked @ pool_vectors["teacher"].T
        near = pool[similarity.topk(min(NEAR_TEACHER, len(pool)), 1).indices]
        near2 = pool[(embedder[1][q] @ pool_vectors["embedder"].T).topk(min(NEAR_EMBEDDER, len(pool)), 1).indices]

        def own(numbers, asked=asked):
            return torch.einsum("nd,nkd->nk", asked, teacher[0][numbers.clamp(min=0)]).float()

        answers = own(right[part]).masked_fill(right[part] == NONE, -2)
        known, best = answers.max(1)
        positive = right[part].gather(1, best[:, None]).squeeze(1)
        kept = (similarity > known[:, None]).sum(1) <= LOST_POSITIVE
        found = torch.cat([near, near2, by_words[part], judged_wrong[part]], 1).sort(1).values
        drop = found == NONE
        drop[:, 1:] |= found[:, 1:] == found[:, :-1]
        drop |= (found[:, :, None] == right[part][:, None, :]).any(-1)
        value = own(found)
        drop |= value >= rule.ceiling * known[:, None]
        drop |= torch.einsum("nd,nkd->nk", teacher[0][positive], teacher[0][found.clamp(min=0)]) >= DUPLICATE
        value = value.masked_fill(drop, -2)
        value, order = value.sort(1, descending=True)
        found = found.gather(1, order).masked_fill(value == -2, NONE)
        width = min(KEPT, found.shape[1])

        def pad(x, fill, width=width):
            return torch.nn.functional.pad(x[:, :width], (0, KEPT - width), value=fill)

        out.append(
            {
                "query": q[kept],
                "positive": positive[kept],
                "negatives": pad(found, NONE)[kept],
                "similarity": torch.cat([known[:, None], pad(value, -2.0)], 1)[kept].half(),
            }
        )
    return {name: torch.cat([o[name] for o in out]) for name in out[0]}


class Pools:
    """The mined rows of all sources end to end, drawn by the weights of the mixture."""

    def __init__(self, corpus, mined, device):
        self.device, self.corpus = device, corpus
        self.names = [n for n in corpus.names if n in mined and len(mined[n]["query"])]

        def join(field):
            return torch.cat([mined[n][field] for n in self.names])

        self.query, self.positive, self.negatives, self.similarity = map(
            join, ("query", "positive", "negatives", "similarity")
        )
        counts = [len(mined[n]["query"]) for n in self.names]
        self.first = np.concatenate([[0], np.cumsum(counts)])
        self.source = torch.repeat_interleave(
            torch.arange(len(counts), device=device), torch.tensor(counts, device=device)
        )
        self.passage_range = torch.tensor([corpus.passage_range[n] for n in self.names], device=device)
        self.weights = np.array([SOURCES[n].weight for n in self.names])
        self.turns = [np.zeros(0, np.int64) for _ in counts]
        self.random = np.random.default_rng(1)

    def rows(self, n, leave_out=()):
        """Numbers of n rows, sources by weight; every row of a source once before any comes again."""
        weights = self.weights * [name not in leave_out for name in self.names]
        counts = self.random.multinomial(n, weights / weights.sum())
        out = []
        for i, count in enumerate(counts):
            while len(self.turns[i]) < count:
                fresh = self.random.permutation(self.first[i + 1] - self.first[i]) + self.first[i]
                self.turns[i] = np.concatenate([self.turns[i], fresh])
            out.append(self.turns[i][:count])
            self.turns[i] = self.turns[i][count:]
        return torch.from_numpy(self.random.permutation(np.concatenate(out))).to(self.device)

    def columns(self, rows, n, hard):
        """→ n different columns of each row's negatives [rows, n], NONE where there are no more.

        A Gumbel draw with log-weights -rank / hard, so that nearer negatives are likelier.
        """
        there = self.negatives[rows] != NONE
        rank = torch.arange(KEPT, device=self.device, dtype=torch.float32)
        noise = -torch.log(-torch.log(torch.rand(len(rows), KEPT, device=self.device).clamp(1e-9, 1 - 1e-7)))
        value, chosen = (noise - rank / hard).masked_fill(~there, -1e9).topk(n, 1)
        return torch.where(value > -1e8, chosen, NONE)

    def fillers(self, rows, n):
        """Random passages, half of the row's own source, half from anywhere."""
        low, high = self.passage_range[self.source[rows]].T
        near = (low[:, None] + torch.rand(len(rows), n - n // 2, device=self.device) * (high - low)[:, None]).long()
        last = self.passage_range[-1, 1]
        return torch.cat([near, (torch.rand(len(rows), n // 2, device=self.device) * last).long()], 1)

    def lists(self, rows, size, mined, hard=20.0):
        """→ passages [rows, size], the positive first, and their columns [rows, size] in the scores.

        Column 0 is the positive, NONE a filler.
        """
        columns = self.columns(rows, mined, hard)
        found = self.negatives[rows].gather(1, columns.clamp(min=0))
        fill = self.fillers(rows, size - 1 - mined)
        spare = self.fillers(rows, mined)
        found = torch.where(columns == NONE, spare, found)
        passages = torch.cat([self.positive[rows][:, None], found, fill], 1)
        columns = torch.cat(
            [
                torch.zeros_like(rows)[:, None],
                torch.where(columns == NONE, NONE, columns + 1),
                torch.full_like(fill, NONE),
            ],
            1,
        )
        return passages, columns


def load_lexical(folder, names):
    return {
        n: dict(np.load(os.path.join(folder, n + ".npz")))
        for n in names
        if os.path.exists(os.path.join(folder, n + ".npz"))
    }
