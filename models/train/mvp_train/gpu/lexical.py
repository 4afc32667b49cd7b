"""Finds every query's best passages by BM25 in its source's pool.

It needs no vectors, so it runs before the GPU does.

Writes one .npz a source: `query` [n] and `candidates` [n, 18] of the queries trained on, `held` [m] and
`held_candidates` [m, 50] of those held back. Numbers are the corpus's; -1 where BM25 finds no more passages.
"""

import argparse
import os
import time

import numpy as np

from ..bm25 import bm25_matrix, query_matrix
from ..corpus import Corpus
from ..held_back import HELD_BACK
from ..mine import BY_WORDS
from ..sources import SOURCES

HELD_CANDIDATES, HELD_QUERIES = 50, 20


def best(scores, k):
    """Columns of the k highest scores of each row, highest first; -1 where a score is 0."""
    k = min(k, scores.shape[1])
    found = np.argpartition(-scores, k - 1, axis=1)[:, :k]
    values = np.take_along_axis(scores, found, 1)
    order = np.argsort(-values, axis=1, kind="stable")
    return np.where(np.take_along_axis(values, order, 1) > 0, np.take_along_axis(found, order, 1), -1)


def candidates(corpus, pool, words, queries, k, chunk=256):
    out = np.full((len(queries), k), -1, np.int32)
    for start in range(0, len(queries), chunk):
        columns = best((query_matrix(corpus.queries, queries[start : start + chunk]) @ words).toarray(), k)
        out[start : start + chunk, : columns.shape[1]] = np.where(columns >= 0, pool[columns], -1)
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", required=True, help="what prepare.py wrote")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)
    corpus = Corpus(args.tokens)
    for source in corpus.names:
        began = time.time()
        pool = np.concatenate([np.arange(*corpus.passage_range[s]) for s in SOURCES[source].pool if s in corpus.names])
        words = bm25_matrix(corpus.passages, pool).T.tocsr()
        answered = np.unique(corpus.qrels[source][corpus.qrels[source][:, 2] > 0, 0])
        trained = answered[corpus.use[answered] == 1]
        held = answered[corpus.use[answered] == HELD_BACK]
        held = np.sort(np.random.default_rng(0).permutation(held)[:HELD_QUERIES])
        np.savez(
            os.path.join(args.out, source + ".npz"),
            query=trained.astype(np.int32),
            held=held.astype(np.int32),
            candidates=candidates(corpus, pool, words, trained, BY_WORDS),
            held_candidates=candidates(corpus, pool, words, held, HELD_CANDIDATES),
        )
        print(f"{source}: {len(trained)} and {len(held)} queries, {time.time() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
