"""nDCG@10 of several readers' signals added up, as z-scores over the list: what a teacher made of them would know.

    python -m mvp_train.ensemble --dumps dumps/e5 dumps/bge --sets dl21 wikiqa-dev

Reads what `mvp_train.alone --dump` wrote: the same sets, cut in the same way.
"""

import argparse
import json
import os

import numpy as np

from .datasets import read_jsonl
from .fuse import standardized
from .metrics import ndcg

# Sums of weights × z-scores.
SUMS = {
    "cosine": {"cosine": 1},
    "late": {"late": 1},
    "both": {"cosine": 1, "late": 1},
    "both+first": {"cosine": 1, "late": 1, "first": 0.25},
}


def added(rows, weights):
    """One query's scores: of each reader its weighted signals, the first stage's once."""
    total = 0
    for name, weight in weights.items():
        signals = [row[name] for row in (rows[:1] if name == "first" else rows)]
        total = total + weight * np.mean([standardized(s) for s in signals], 0)
    return total


def mean_ndcg(readers):
    """`readers`: of each the rows of all queries → {sum: mean}."""
    for rows in zip(*readers, strict=True):
        if len({(row["qid"], len(row["grades"])) for row in rows}) > 1:
            raise SystemExit(f"the dumps differ at {rows[0]['qid']}")
    means = {}
    for name, weights in SUMS.items():
        each = [
            ndcg(added(rows, weights), np.array(rows[0]["grades"]), np.array(rows[0]["judged"]))
            for rows in zip(*readers, strict=True)
        ]
        means[name] = round(float(np.sum(each)) / len(each), 4)
    return means


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dumps", required=True, nargs="+", help="folders, one a reader")
    parser.add_argument("--sets", required=True, nargs="+", help="names of sets in them")
    args = parser.parse_args()
    for name in args.sets:
        readers = [read_jsonl(os.path.join(folder, name + ".jsonl")) for folder in args.dumps]
        print(json.dumps({"set": name, "queries": len(readers[0]), **mean_ndcg(readers)}), flush=True)


if __name__ == "__main__":
    main()
