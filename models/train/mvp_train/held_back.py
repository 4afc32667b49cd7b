"""Writes held-back queries with BM25's first 100 of their source's pool, in the format that `mvp-rerank eval` reads.

`mvp-rerank eval --signals --dump` turns them into the dump that `mvp_train.fuse` fits the fusion's weights to. Queries
of the sources alternate, so every first part of the file holds all sources alike. A query is left out where BM25 finds
none of its answers.
"""

import argparse
import itertools
import json
import os

import numpy as np

from .bm25 import bm25_matrix, query_matrix, top
from .corpus import Corpus
from .datasets import read_jsonl
from .sources import SOURCES

HELD_BACK = 2


def grades_of(corpus, source):
    """Query number → passage number → grade."""
    grades = {}
    for query, passage, score in corpus.qrels[source]:
        grades.setdefault(query, {})[passage] = int(score)
    return grades


def candidates_of(corpus, source, queries, chunk=64):
    """Yields for every query its best passages' numbers and BM25 scores, highest first."""
    pool = [s for s in SOURCES[source].pool if s in corpus.names]
    numbers = np.concatenate([np.arange(*corpus.passage_range[s]) for s in pool])
    words = bm25_matrix(corpus.passages, numbers).T.tocsr()
    for start in range(0, len(queries), chunk):
        scores = (query_matrix(corpus.queries, queries[start : start + chunk]) @ words).toarray()
        for row, best in zip(scores, top(scores, 100), strict=True):
            best = best[row[best] > 0]
            best = best[np.argsort(-row[best], kind="stable")]
            yield numbers[best], row[best]


def lines_of(corpus, source, texts, queries, limit):
    grades = grades_of(corpus, source)
    first_query, last_query = corpus.query_range[source]
    held = np.arange(first_query, last_query)[corpus.use[first_query:last_query] == HELD_BACK]
    held = np.array([q for q in held if any(g > 0 for g in grades.get(q, {}).values())])
    # A random draw: neighbours in a file often come from one page.
    held = np.random.default_rng(0).permutation(held)[: 2 * limit]
    found = 0
    for query, (passages, scores) in zip(held, candidates_of(corpus, source, held), strict=True):
        own = grades[query]
        if found == limit or not any(own.get(p, 0) > 0 for p in passages):
            continue
        found += 1
        yield {
            "qid": f"{source}:{query - first_query}",
            "q_text": queries[query - first_query]["text"],
            "bm25_results": [
                {"pid": str(p), "bm25_score": round(float(s), 4), **texts(p)}
                for p, s in zip(passages, scores, strict=True)
            ],
            "qrels": {str(p): g for p, g in own.items()},
        }


def texts_of(corpus, data):
    """A passage's number → its title and text; sources are read when they are first needed."""
    read = {}

    def text(number):
        source = next(s for s in corpus.names if corpus.passage_range[s][0] <= number < corpus.passage_range[s][1])
        if source not in read:
            read[source] = read_jsonl(os.path.join(data, source, "corpus.jsonl"))
        passage = read[source][number - corpus.passage_range[source][0]]
        return {"title": passage["title"], "text": passage["text"]}

    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder with one BEIR folder a source")
    parser.add_argument("--tokens", required=True, help="what prepare.py wrote of it")
    parser.add_argument("--queries", type=int, default=40, help="of each source at most")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    corpus = Corpus(args.tokens)
    texts = texts_of(corpus, args.data)
    by_source = [
        lines_of(corpus, s, texts, read_jsonl(os.path.join(args.data, s, "queries.jsonl")), args.queries)
        for s in corpus.names
    ]
    count = 0
    with open(args.out, "w", encoding="utf-8") as file:
        for turn in itertools.zip_longest(*by_source):
            for line in filter(None, turn):
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                count += 1
    print(f"{count} queries of {len(corpus.names)} sources in {args.out}")


if __name__ == "__main__":
    main()
