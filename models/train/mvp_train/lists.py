"""Draws training lists: a query, its positive, and hard, medium and random negatives, as prompts of a given length.

Lists vary from 5 to 16 passages, the longer ones mostly by random fillers, so that anchors learn not to mind company.
"""

import os

import numpy as np

from .prompts import prompt
from .sources import SOURCES

SIZES = [5, 6, 7, 8, 8, 8, 8, 10, 12, 16]
HARD_RANKS = 10
WIDTH = 384
SOFT_TEMPERATURE = 0.05  # of similarities in the soft target: cosines of a pool spread by about 0.1


class Lists:
    def __init__(self, corpus, mined, vectors, seed):
        self.corpus, self.random = corpus, np.random.default_rng(seed)
        self.mined = {}
        for name in corpus.names:
            path = os.path.join(mined, name + ".npz")
            if os.path.exists(path):
                with np.load(path) as file:
                    self.mined[name] = dict(file)
                self.mined[name]["trained"] = np.flatnonzero(corpus.use[self.mined[name]["query"]] == 1)
        self.names = list(self.mined)
        weights = np.array([SOURCES[n].weight for n in self.names])
        self.weights = weights / weights.sum()
        self.turn = {n: [] for n in self.names}
        # The embedder's vectors; zeros where a text has none, and then its cosines are 0.
        self.passage_vectors = np.zeros((len(corpus.passages), WIDTH), np.float16)
        self.query_vectors = np.zeros((len(corpus.queries), WIDTH), np.float16)
        for name in corpus.names:
            path = os.path.join(vectors, name + ".npz")
            if os.path.exists(path):
                with np.load(path) as file:
                    self.passage_vectors[slice(*corpus.passage_range[name])] = file["passages"]
                    self.query_vectors[slice(*corpus.query_range[name])] = file["queries"]
        self.embedded_passages = np.flatnonzero(self.passage_vectors.any(1))
        self.embedded_queries = np.flatnonzero(self.query_vectors.any(1) & (corpus.use == 1))

    def next_row(self, name):
        """Every query of a source once, in random order, before any comes again."""
        if not self.turn[name]:
            self.turn[name] = list(self.random.permutation(self.mined[name]["trained"]))
        return self.turn[name].pop()

    def draw(self, max_length):
        """→ dict: prompts [(ids, segments)], similarity [n], cosine [n]; the positive is first."""
        name = self.names[self.random.choice(len(self.names), p=self.weights)]
        mined, row = self.mined[name], self.next_row(name)
        size = SIZES[self.random.integers(len(SIZES))]
        negatives = mined["negatives"][row]
        ranked = np.flatnonzero(negatives >= 0)
        hard, medium = ranked[:HARD_RANKS], ranked[HARD_RANKS:]

        def take(ranks, n):
            return self.random.permutation(ranks)[:n]

        main = min(size, 8) - 1
        chosen = np.concatenate([take(hard, round(0.55 * main)), take(medium, round(0.35 * main))])
        chosen = chosen.astype(int)
        fill = self.fillers(name, size - 1 - len(chosen))
        avoid = np.concatenate([[mined["positive"][row]], negatives])
        fill = fill[~np.isin(fill, avoid)]
        passages = np.concatenate([[mined["positive"][row]], negatives[chosen], fill]).astype(int)
        query = mined["query"][row]
        cosine = self.passage_vectors[passages].astype(np.float32) @ self.query_vectors[query].astype(np.float32)
        similarity = np.concatenate(
            [mined["similarity"][row][np.concatenate([[0], chosen + 1])], cosine[1 + len(chosen) :]]
        )
        ids, window = self.corpus.queries[query], self.random.random() < 0.5
        return {
            "prompts": [prompt(ids, self.corpus.passages[p], max_length, window) for p in passages],
            "similarity": similarity.astype(np.float32),
            "cosine": cosine,
        }

    def fillers(self, name, n):
        """Random passages, half from the same source, half from anywhere; with vectors where the source has them."""
        low, high = np.searchsorted(self.embedded_passages, self.corpus.passage_range[name])
        if low == high:
            return self.random.integers(*self.corpus.passage_range[name], n)
        anywhere = self.random.integers(len(self.embedded_passages), size=n - n // 2)
        ranks = np.concatenate([self.random.integers(low, high, n // 2), anywhere])
        return self.embedded_passages[ranks]

    def draw_texts(self, n):
        """Texts alone, half queries and half passages."""
        queries = self.random.choice(self.embedded_queries, n // 2)
        passages = self.random.choice(self.embedded_passages, n - n // 2)
        return [self.corpus.queries[i] for i in queries] + [self.corpus.passages[i] for i in passages]


def soft_target(similarity, mask, one_hot):
    """Target distribution [lists, n]: `one_hot` on the positive (first), the rest by the teacher's similarity."""
    logits = np.where(mask, similarity / SOFT_TEMPERATURE, -np.inf)
    soft = np.exp(logits - logits.max(1, keepdims=True))
    target = (1 - one_hot) * soft / soft.sum(1, keepdims=True)
    target[:, 0] += one_hot
    return target.astype(np.float32)
