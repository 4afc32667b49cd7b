"""Derives a source of single sentences: query → the sentence of its passage that answers it, among the other sentences.

Web search shows sentences as often as paragraphs, and no other source has them. The answering sentence of a positive
passage is the sentence nearest to the query by the embedder, taken only where it leads clearly; the other sentences are
judged 0. Writes one more BEIR folder, `sentences`, beside the others.
"""

import argparse
import os

import numpy as np
import torch

from .corpus import Texts
from .datasets import read_jsonl, read_qrels, write_jsonl
from .embed import embed_all
from .model import MvpBert
from .prepare import load_tokenizer, tokenize
from .sentence_splitter import split_sentences
from .sources import held_back, kept

# How many queries of a source to take at most; those with an answer that one sentence can give.
QUERIES = {"nq": 9000, "tydiqa": 4000, "selqa": 2300, "squad": 4000}
LEAD = 0.04  # of cosine, to the second best sentence of the passage


def pairs_of(folder, source, random):
    """Queries that are trained on, each with its passage cut into sentences."""
    texts = {p["_id"]: p["text"] for p in read_jsonl(os.path.join(folder, "corpus.jsonl"))}
    queries = {q["_id"]: q["text"] for q in read_jsonl(os.path.join(folder, "queries.jsonl"))}
    rows = [(q, p) for q, p, grade in read_qrels(folder) if grade > 0 and kept(source, q) and not held_back(source, q)]
    rows = [rows[i] for i in random.permutation(len(rows))]
    found = []
    for query, passage in rows:
        sentences = split_sentences(texts[passage])
        if len(sentences) > 1:
            found.append((query, queries[query], passage, sentences))
        if len(found) == QUERIES[source]:
            break
    return found


def embed_texts(model, tokenizer, texts, bf16):
    tokens = Texts([tokenize(tokenizer, texts, 128)])
    return embed_all(model, tokens, np.arange(len(texts)), bf16).astype(np.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", required=True, help="folder with one BEIR folder a source; `sentences` is written there"
    )
    parser.add_argument("--embedder", required=True)
    parser.add_argument("--no-bf16", dest="bf16", action="store_false", help="for processors that emulate bf16")
    args = parser.parse_args()
    tokenizer, model = load_tokenizer(args.embedder), MvpBert.from_embedder(args.embedder).eval()
    random = np.random.default_rng(0)
    sentence_ids, corpus, queries, qrels = {}, [], [], []
    for source in QUERIES:
        folder = os.path.join(args.data, source)
        if not os.path.isdir(folder):
            continue
        pairs = pairs_of(folder, source, random)
        passages = {passage: sentences for _, _, passage, sentences in pairs}
        for passage, sentences in passages.items():
            for i, sentence in enumerate(sentences):
                sentence_ids[passage, i] = len(corpus)
                corpus.append({"_id": f"{passage}#{i}", "title": "", "text": sentence})
        first = sentence_ids[next(iter(passages)), 0]
        vectors = embed_texts(model, tokenizer, [row["text"] for row in corpus[first:]], args.bf16)
        asked = embed_texts(model, tokenizer, [text for _, text, _, _ in pairs], args.bf16)
        taken = 0
        for (query, text, passage, sentences), vector in zip(pairs, asked, strict=True):
            at = sentence_ids[passage, 0] - first
            cosines = vectors[at : at + len(sentences)] @ vector
            best, second = np.argsort(-cosines)[:2]
            if cosines[best] - cosines[second] < LEAD:
                continue
            taken += 1
            queries.append({"_id": f"sentence-{query}", "text": text})
            qrels += [(f"sentence-{query}", f"{passage}#{i}", int(i == best)) for i in range(len(sentences))]
        print(
            f"{source}: {len(passages)} passages, {len(vectors)} sentences, {taken} of {len(pairs)} queries", flush=True
        )
    out = os.path.join(args.data, "sentences")
    os.makedirs(os.path.join(out, "qrels"), exist_ok=True)
    write_jsonl(os.path.join(out, "corpus.jsonl"), corpus)
    with open(os.path.join(out, "qrels", "train.tsv"), "w", encoding="utf-8") as file:
        file.write("query-id\tcorpus-id\tscore\n")
        file.writelines(f"{q}\t{p}\t{score}\n" for q, p, score in qrels)
    write_jsonl(os.path.join(out, "queries.jsonl"), queries)


if __name__ == "__main__":
    with torch.no_grad():
        main()
