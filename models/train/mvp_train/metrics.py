"""nDCG with linear gains, as trec_eval computes it."""

import numpy as np


def ndcg(scores, grades, judged, k=10):
    """`judged`: every judged passage's grade, retrieved or not: the ideal ranking knows them all."""
    discount = 1 / np.log2(np.arange(2, k + 2))
    order = np.argsort(-np.asarray(scores), kind="stable")[:k]
    gain = (np.maximum(grades, 0)[order] * discount[: len(order)]).sum()
    ideal = np.sort(np.maximum(judged, 0))[::-1][:k]
    best = (ideal * discount[: len(ideal)]).sum()
    return gain / best if best > 0 else 0.0
