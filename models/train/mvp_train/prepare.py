"""BEIR folders → arrays of token ids, one .npz a source. Everything after this step reads numbers only.

Text that spells a special token is tokenized as plain text, as the shipped tokenizer does.
"""

import argparse
import os

import numpy as np

from .datasets import passage_text, read_jsonl, read_qrels
from .sources import SOURCES, held_back, kept

PASSAGE_TOKENS, QUERY_TOKENS = 320, 96


def load_tokenizer(embedder):
    # Imported here: everything else in this module runs without the library.
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(os.path.join(embedder, "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True
    return tokenizer


def tokenize(tokenizer, texts, limit):
    """→ all ids in one row, and the offset at which each text begins (one more than there are texts)."""
    rows = [np.array(e.ids[:limit], np.uint16) for e in tokenizer.encode_batch(texts, add_special_tokens=False)]
    offsets = np.concatenate([[0], np.cumsum([len(r) for r in rows])])
    return np.concatenate(rows) if rows else np.zeros(0, np.uint16), offsets.astype(np.int64)


def prepare(folder, source, tokenizer, out):
    corpus = read_jsonl(os.path.join(folder, "corpus.jsonl"))
    queries = read_jsonl(os.path.join(folder, "queries.jsonl"))
    passage_row = {p["_id"]: i for i, p in enumerate(corpus)}
    query_row = {q["_id"]: i for i, q in enumerate(queries)}
    qrels = np.array([(query_row[q], passage_row[p], grade) for q, p, grade in read_qrels(folder)], np.int32)
    passages, passage_offsets = tokenize(
        tokenizer, [passage_text(p["title"], p["text"]) for p in corpus], PASSAGE_TOKENS
    )
    texts, query_offsets = tokenize(tokenizer, [q["text"] for q in queries], QUERY_TOKENS)
    # 0: never used, 1: trained on, 2: held back
    use = np.array([2 if held_back(source, q["_id"]) else int(kept(source, q["_id"])) for q in queries], np.uint8)
    np.savez(
        os.path.join(out, source + ".npz"),
        passages=passages,
        passage_offsets=passage_offsets,
        queries=texts,
        query_offsets=query_offsets,
        qrels=qrels,
        use=use,
    )
    counts = f"{len(corpus)} passages, {len(queries)} queries"
    print(f"{source}: {counts}, {(use == 1).sum()} trained on, {(use == 2).sum()} held back")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder with one BEIR folder a source")
    parser.add_argument("--embedder", required=True, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)
    tokenizer = load_tokenizer(args.embedder)
    for source in SOURCES:
        folder = os.path.join(args.data, source)
        if os.path.isdir(folder):
            prepare(folder, source, tokenizer, args.out)


if __name__ == "__main__":
    main()
