"""What codes of embeddings lose: nDCG@10 of each source's queries over all of its passages, by vectors and by codes of their signs.

`±1`: the query's vector against the signs of the passages' (scoreCodes); `Hamming`: signs against signs. `centered`: the mean of the passages' vectors is
taken off first. `again`: the best 100 by code are put in order by their vectors.
"""
import argparse
import os

import numpy as np

SHORTLIST = 100


def unit(x):
    x = x.astype(np.float32)
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-6)


def ndcg_of_one(scores, answers, k=10):
    """Gains are 1; answers that no passage list knows cannot occur here."""
    best = np.argpartition(-scores, k)[:k]
    best = best[np.argsort(-scores[best], kind="stable")]
    discount = 1 / np.log2(np.arange(2, k + 2))
    return np.isin(best, answers) @ discount / discount[:len(answers)].sum()


def compare(queries, passages, answers):
    center = passages.mean(0)
    signs, shifted = np.where(passages > 0, 1, -1).astype(np.float32), np.where(passages > center, 1, -1).astype(np.float32)
    scores = {
        "vectors": queries @ passages.T,
        "±1": queries @ signs.T,
        "±1, centered": queries @ shifted.T,
        "Hamming": np.where(queries > 0, 1, -1).astype(np.float32) @ signs.T,
        "Hamming, centered": np.where(queries > center, 1, -1).astype(np.float32) @ shifted.T,
    }
    short = np.argpartition(-scores["±1"], SHORTLIST, axis=1)[:, :SHORTLIST]
    again = np.full_like(scores["vectors"], -np.inf)
    np.put_along_axis(again, short, np.take_along_axis(scores["vectors"], short, 1), 1)
    scores["±1, again"] = again
    return {name: np.mean([ndcg_of_one(row, a) for row, a in zip(s, answers)]) for name, s in scores.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", required=True, help="what prepare.py wrote")
    parser.add_argument("--vectors", required=True, help="what embed.py wrote")
    parser.add_argument("--queries", type=int, default=300, help="of each source")
    args = parser.parse_args()
    rows = {}
    for file in sorted(os.listdir(args.vectors)):
        with np.load(os.path.join(args.vectors, file)) as f:
            queries, passages = f["queries"], f["passages"]
        known = np.flatnonzero(passages.any(1))
        row_of = {p: i for i, p in enumerate(known)}
        with np.load(os.path.join(args.tokens, file)) as f:
            qrels = f["qrels"]
        answers = {}
        for q, p, score in qrels:
            if score > 0 and p in row_of and queries[q].any():
                answers.setdefault(q, []).append(row_of[p])
        if not answers or len(known) <= SHORTLIST:
            continue
        chosen = np.random.default_rng(0).permutation(list(answers))[:args.queries]
        rows[file[:-4]] = compare(unit(queries[chosen]), unit(passages[known]), [answers[q] for q in chosen])
    names = list(next(iter(rows.values())))
    print("| source | " + " | ".join(names) + " |\n|" + "-|" * (len(names) + 1))
    for source, values in rows.items():
        print(f"| {source} | " + " | ".join(f"{values[n]:.3f}" for n in names) + " |")
    print("| mean | " + " | ".join(f"{np.mean([v[n] for v in rows.values()]):.3f}" for n in names) + " |")


if __name__ == "__main__":
    main()
