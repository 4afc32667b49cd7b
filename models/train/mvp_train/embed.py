"""Vectors of the original embedder for every text, cached a source.

They find neighbours (mine.py), soften targets, and are what the trained weights must still give for a text alone.
"""

import argparse
import os
import time

import numpy as np
import torch

from .corpus import Corpus
from .model import MvpBert
from .prompts import PAD, TEXT_TOKENS, text_ids
from .sources import SOURCES


def pad(rows):
    out = np.full((len(rows), max(map(len, rows))), PAD, np.int64)
    for i, row in enumerate(rows):
        out[i, : len(row)] = row
    return torch.from_numpy(out)


@torch.no_grad()
def embed_all(model, texts, numbers, bf16, device="cpu", tokens_a_batch=4096):
    """Vectors [len(numbers), d] in half precision, computed in order of length so that little is padding."""
    out = np.zeros((len(numbers), model.config.hidden_size), np.float16)
    order = np.argsort([min(len(texts[i]), TEXT_TOKENS) for i in numbers], kind="stable")
    start = 0
    while start < len(order):
        longest = min(len(texts[numbers[order[min(start + 256, len(order)) - 1]]]) + 2, TEXT_TOKENS)
        rows = order[start : start + max(1, min(256, tokens_a_batch // longest))]
        ids = pad([text_ids(texts[numbers[i]]) for i in rows]).to(device)
        with torch.autocast(device, torch.bfloat16, enabled=bf16):
            out[rows] = model.embed(ids).cpu().numpy()
        start += len(rows)
    return out


def sampled_passages(corpus, source, limit):
    """All passages of a source, or a sample of `limit`: vectors of a large source take long on a slow machine."""
    passages = np.arange(*corpus.passage_range[source])
    if limit and len(passages) > limit:
        passages = np.sort(np.random.default_rng(0).permutation(passages)[:limit])
    return passages


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", required=True, help="what prepare.py wrote")
    parser.add_argument("--embedder", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--sources", nargs="*", default=list(SOURCES))
    parser.add_argument(
        "--passages", type=int, help="embed at most so many random passages a source; the others are not used"
    )
    parser.add_argument("--no-bf16", dest="bf16", action="store_false", help="for processors that emulate bf16")
    args = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    os.makedirs(args.out, exist_ok=True)
    corpus = Corpus(args.tokens)
    model = MvpBert.from_embedder(args.embedder).eval().to(device)
    for source in corpus.names:
        path = os.path.join(args.out, source + ".npz")
        if source not in args.sources or os.path.exists(path):
            continue
        began = time.time()
        passages = sampled_passages(corpus, source, args.passages)
        queries = np.arange(*corpus.query_range[source])
        answered = corpus.qrels[source][np.isin(corpus.qrels[source][:, 1], passages), 0]
        wanted = np.intersect1d(queries[corpus.use[queries] > 0], answered)
        width = model.config.hidden_size
        vectors = {
            "queries": np.zeros((len(queries), width), np.float16),
            "passages": np.zeros((np.diff(corpus.passage_range[source])[0], width), np.float16),
        }
        for kind, texts, numbers, first in (
            ("queries", corpus.queries, wanted, queries[0]),
            ("passages", corpus.passages, passages, corpus.passage_range[source][0]),
        ):
            vectors[kind][numbers - first] = embed_all(model, texts, numbers, args.bf16, device)
        np.savez(path, **vectors)
        print(
            f"{source}: {len(passages)} passages and {len(wanted)} queries in {time.time() - began:.0f} s", flush=True
        )


if __name__ == "__main__":
    main()
