"""Mines hard negatives: each query's nearest passages by vectors and by BM25 within its pool, without likely answers.

Similarities are the teacher's where it has vectors for the whole pool, the embedder's otherwise. They also become the
soft part of the training target. A source without vectors is mined by BM25 alone, and its targets stay one-hot.
"""

import argparse
import os
import time

import numpy as np

from .bm25 import bm25_matrix, query_matrix, top
from .corpus import Corpus
from .sources import DUPLICATE, LOST_POSITIVE, SOURCES

BY_VECTOR, BY_WORDS = 22, 18  # what is reranked in the end was found by words


def pool_of(corpus, source, vectors):
    """The sources with vectors among those of the pool; none if the source itself has not got any."""
    if not os.path.exists(os.path.join(vectors, source + ".npz")):
        return []
    return [s for s in SOURCES[source].pool if s in corpus.names and os.path.exists(os.path.join(vectors, s + ".npz"))]


def unit(x):
    x = x.astype(np.float32)
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-6)


def vectors_of(source, pool, teacher, vectors):
    """→ query vectors of `source` and passage vectors of the pool, from the strongest model that has them all."""
    folder = teacher if teacher and all(os.path.exists(os.path.join(teacher, s + ".npz")) for s in pool) else vectors

    def load(s):
        return np.load(os.path.join(folder, s + ".npz"))

    return unit(load(source)["queries"]), np.concatenate([unit(load(s)["passages"]) for s in pool])


def mine(corpus, source, teacher, vectors, chunk=256):
    pool = pool_of(corpus, source, vectors)
    by_vector = bool(pool)
    pool = pool or [s for s in SOURCES[source].pool if s in corpus.names]
    numbers = np.concatenate([np.arange(*corpus.passage_range[s]) for s in pool])
    if by_vector:
        query_vectors, passage_vectors = vectors_of(source, pool, teacher, vectors)
        embedded = np.concatenate([np.load(os.path.join(vectors, s + ".npz"))["passages"].any(1) for s in pool])
        numbers, passage_vectors = numbers[embedded], passage_vectors[embedded]
    words = bm25_matrix(corpus.passages, numbers).T.tocsr()
    first_query = corpus.query_range[source][0]
    row_of = {p: i for i, p in enumerate(numbers)}
    positives, given = {}, {}
    for q, p, score in corpus.qrels[source]:
        if p in row_of:
            (positives if score > 0 else given).setdefault(q, []).append(row_of[p])
    queries = np.array([q for q in sorted(positives) if corpus.use[q] > 0])
    out = {"query": [], "positive": [], "negatives": [], "similarity": []}
    for start in range(0, len(queries), chunk):
        part = queries[start : start + chunk]
        by_words = (query_matrix(corpus.queries, part) @ words).toarray()
        similarity = query_vectors[part - first_query] @ passage_vectors.T if by_vector else by_words
        near, lexical = top(similarity, BY_VECTOR), top(by_words, BY_WORDS)
        for row, q in enumerate(part):
            own = similarity[row]
            right = positives[q]
            best = right[int(np.argmax(own[right]))]
            if (own > own[best]).sum() > LOST_POSITIVE:
                continue
            wrong = np.unique(
                np.concatenate([near[row], lexical[row][by_words[row, lexical[row]] > 0], given.get(q, [])])
            ).astype(int)
            wrong = wrong[~np.isin(wrong, right)]
            if by_vector:
                wrong = wrong[own[wrong] < SOURCES[source].ceiling * own[best]]
                wrong = wrong[passage_vectors[wrong] @ passage_vectors[best] < DUPLICATE]
            wrong = wrong[np.argsort(-own[wrong])]
            missing = BY_VECTOR + BY_WORDS - len(wrong)
            wrong, absent = wrong[: BY_VECTOR + BY_WORDS], max(0, missing)
            out["query"].append(q)
            out["positive"].append(numbers[best])
            out["negatives"].append(np.concatenate([numbers[wrong], np.full(absent, -1)]))
            known = np.concatenate([[own[best]], own[wrong], np.zeros(absent)])
            out["similarity"].append(known if by_vector else np.arange(len(known)) == 0)
    return {
        "query": np.array(out["query"], np.int32),
        "positive": np.array(out["positive"], np.int32),
        "negatives": np.array(out["negatives"], np.int32),
        "similarity": np.array(out["similarity"], np.float16),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", required=True)
    parser.add_argument("--vectors", required=True, help="what embed.py wrote")
    parser.add_argument("--teacher", help="folder of <source>.npz with the teacher's `passages` and `queries`")
    parser.add_argument("--sources", nargs="*", default=list(SOURCES))
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)
    corpus = Corpus(args.tokens)
    for source in corpus.names:
        path = os.path.join(args.out, source + ".npz")
        if source not in args.sources or os.path.exists(path):
            continue
        began = time.time()
        found = mine(corpus, source, args.teacher, args.vectors)
        np.savez(path, **found)
        print(
            f"{source}: {len(found['query'])} queries, {(found['negatives'] >= 0).sum(1).mean():.1f} negatives each, "
            f"{time.time() - began:.0f} s",
            flush=True,
        )


if __name__ == "__main__":
    main()
