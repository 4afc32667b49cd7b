"""The prepared sources side by side, with one number for every passage and every query across all of them."""

import os

import numpy as np

from .sources import SOURCES


class Texts:
    """Token ids of many texts, read by number."""

    def __init__(self, parts):
        self.ids = np.concatenate([ids for ids, _ in parts])
        lengths = np.concatenate([np.diff(offsets) for _, offsets in parts])
        self.offsets = np.concatenate([[0], np.cumsum(lengths)])

    def __len__(self):
        return len(self.offsets) - 1

    def __getitem__(self, i):
        return self.ids[self.offsets[i] : self.offsets[i + 1]]


class Corpus:
    def __init__(self, folder):
        self.names = [s for s in SOURCES if os.path.exists(os.path.join(folder, s + ".npz"))]
        arrays = {}
        for name in self.names:
            with np.load(os.path.join(folder, name + ".npz")) as file:
                arrays[name] = dict(file)
        self.passages = Texts([(arrays[n]["passages"], arrays[n]["passage_offsets"]) for n in self.names])
        self.queries = Texts([(arrays[n]["queries"], arrays[n]["query_offsets"]) for n in self.names])
        self.use = np.concatenate([arrays[n]["use"] for n in self.names])
        self.passage_range, self.query_range, self.qrels = {}, {}, {}
        p = q = 0
        for name in self.names:
            a = arrays[name]
            n_passages, n_queries = len(a["passage_offsets"]) - 1, len(a["query_offsets"]) - 1
            self.passage_range[name], self.query_range[name] = (p, p + n_passages), (q, q + n_queries)
            self.qrels[name] = a["qrels"] + np.array([q, p, 0])
            p, q = p + n_passages, q + n_queries
