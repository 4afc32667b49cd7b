"""Fits the weights of the fusion on held-back training queries and reports the fusion beside each signal.

    python -m mvp_train.held_back --data … --tokens … --out held.jsonl
    mvp-rerank eval --model FOLDER --data held.jsonl --device cpu --signals --dump held.dump
    mvp-rerank eval … --depth 2 --dump held2.dump
    python -m mvp_train.fuse --dump held.dump --cheap-dump held2.dump --manifest FOLDER/manifest.json --mode embed

A passage's score is the sum of weight × z-score over the signals, as src/engine/fusion.ts computes it. The fit
minimises the cross-entropy between the list's softmax and its grades over non-negative weights; every source counts
alike. The weights are then scaled so that MVP's is 1. There are three sets of weights: `embed` for lists with all
signals, `given` for lists without late interaction, both with and without cosines, and `cascade` for the first step
of a cascade, fitted on a dump made with `--depth` at the first exit (`--cheap-dump`).

Held-back queries come from the sources that the model was trained on, where MVP's score is at its best; it is less
reliable on other kinds of text. The fit therefore takes only the sources that training saw least (`--most-weight`:
their weight in the mixture).
"""

import argparse
import json

import numpy as np

from .metrics import ndcg
from .sources import SOURCES

SIGNALS = ["mvp", "cosine", "lateInteraction", "firstStage"]
# Which signals each mode may use, as masks over SIGNALS.
KNOWN = {"embed": [(1, 1, 1, 1)], "given": [(1, 0, 0, 1), (1, 1, 0, 1)]}
# The first step of a cascade has the first exit and the first stage, or embeddings and the first stage.
CHEAP = [(1, 0, 0, 1), (0, 1, 0, 1), (0, 1, 1, 1)]
FOLDS = 5


def standardized(values):
    """z-scores; 0 where a value is not known, and everywhere if all are equal."""
    x = np.array([np.nan if v is None else v for v in values], float)
    known = x[np.isfinite(x)]
    deviation = known.std() if len(known) else 0
    if deviation <= 1e-6 * np.abs(known).max(initial=0):
        return np.zeros(len(x))
    return np.nan_to_num((x - known.mean()) / deviation)


def read_dump(path):
    """→ a list of (source, signals [passages, signals], grades, grades of all that was judged)"""
    rows = []
    with open(path, encoding="utf-8") as file:
        for line in map(json.loads, file):
            columns = np.stack([standardized(line["signals"][s]) for s in SIGNALS], 1)
            rows.append(
                (line["qid"].split(":")[0], columns, np.maximum(line["grades"], 0), np.maximum(line["judged"], 0))
            )
    return rows


def by_source(rows, value):
    """Means by source."""
    sources = {}
    for row in rows:
        sources.setdefault(row[0], []).append(value(row))
    return {s: float(np.mean(v)) for s, v in sources.items()}


def loss_and_gradient(weights, rows, known):
    loss, gradient = 0.0, np.zeros(len(SIGNALS))
    counts = {s: sum(r[0] == s for r in rows) for s in {r[0] for r in rows}}
    for source, x, grades, _ in rows:
        for mask in known:
            x_known = x * mask
            logits = x_known @ weights
            p = np.exp(logits - logits.max())
            p /= p.sum()
            target = grades / grades.sum()
            share = 1 / counts[source] / len(known)
            loss -= share * (target @ np.log(p + 1e-12))
            gradient += share * (x_known.T @ (p - target))
    return loss, gradient


def fit(rows, known, steps=400, rate=0.5):
    """Projected gradient descent on a convex loss of four weights; the step halves when it overshoots."""
    rows = [r for r in rows if r[2].sum() > 0]
    weights = np.full(len(SIGNALS), 0.5) * np.max(known, axis=0)
    loss, gradient = loss_and_gradient(weights, rows, known)
    for _ in range(steps):
        trial = np.maximum(0, weights - rate * gradient / len(rows) ** 0.5)
        trial_loss, trial_gradient = loss_and_gradient(trial, rows, known)
        if trial_loss > loss:
            rate /= 2
            continue
        if loss - trial_loss < 1e-9:
            break
        weights, loss, gradient, rate = trial, trial_loss, trial_gradient, rate * 1.1
    # A model whose own score says nothing beside the others' still gives the unit.
    return weights / weights[0] if weights[0] > 0.05 * weights.max() else weights / weights.max()


def cross_validated(rows, known, chosen):
    """nDCG@10 by source with weights that never saw the query."""
    folds = np.arange(len(rows)) % FOLDS
    values = {}
    for fold in range(FOLDS):
        weights = fit(chosen([r for r, f in zip(rows, folds, strict=True) if f != fold]), known)
        for row in (r for r, f in zip(rows, folds, strict=True) if f == fold):
            for mask in known:
                values.setdefault(row[0], []).append(ndcg((row[1] * mask) @ weights, row[2], row[3]))
    return {s: float(np.mean(v)) for s, v in values.items()}


def mean_ndcg(row, weights, known):
    _, signals, grades, judged = row
    return np.mean([ndcg((signals * mask) @ weights, grades, judged) for mask in known])


def report(rows, weights, chosen):
    columns = {s: by_source(rows, lambda r, i=i: ndcg(r[1][:, i], r[2], r[3])) for i, s in enumerate(SIGNALS)}
    for mode, known in KNOWN.items():
        columns[mode] = by_source(rows, lambda r, w=weights[mode], known=known: mean_ndcg(r, w, known))
        columns[f"{mode}, unseen"] = cross_validated(rows, known, chosen)
    print("| source | queries | " + " | ".join(columns) + " |\n|" + "-|" * (len(columns) + 2))
    for source in columns["mvp"]:
        print(
            f"| {source} | {sum(r[0] == source for r in rows)} | "
            + " | ".join(f"{c[source]:.3f}" for c in columns.values())
            + " |"
        )
    print(f"| mean | {len(rows)} | " + " | ".join(f"{np.mean(list(c.values())):.3f}" for c in columns.values()) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dump", required=True, nargs="+", help="what `mvp-rerank eval --signals --dump` wrote")
    parser.add_argument("--cheap-dump", required=True, nargs="+", help="the same at the first exit's depth")
    parser.add_argument("--manifest", help="write the weights into this manifest.json")
    parser.add_argument("--most-weight", type=float, default=4, help="of a source that the fit takes")
    parser.add_argument(
        "--mode",
        choices=["off", "given", "embed"],
        default="given",
        help="what the model does unless a call says otherwise",
    )
    args = parser.parse_args()
    rows = [row for path in args.dump for row in read_dump(path)]

    def rare(rows):
        return [row for row in rows if SOURCES[row[0]].weight <= args.most_weight]

    weights = {mode: fit(rare(rows), known) for mode, known in KNOWN.items()}
    report(rows, weights, rare)
    weights["cascade"] = fit(rare([row for path in args.cheap_dump for row in read_dump(path)]), CHEAP)
    fusion = {
        "mode": args.mode,
        "weights": {m: dict(zip(SIGNALS, np.round(w, 3).tolist(), strict=True)) for m, w in weights.items()},
    }
    print(json.dumps(fusion))
    if args.manifest:
        with open(args.manifest, encoding="utf-8") as file:
            manifest = json.load(file)
        with open(args.manifest, "w", encoding="utf-8") as file:
            file.write(json.dumps({**manifest, "fusion": fusion}, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
