"""Signals that a manifest fuses with MVP's scores, as src/engine/embedding.ts and fusion.ts compute them.

These are the nearness of query and passage when each is read alone, and the first stage's score.
"""

from dataclasses import dataclass

import numpy as np

# Below this share of its size, a spread is rounding.
ROUNDING = 1e-6


@dataclass(frozen=True)
class Embedding:
    """A text read alone: the mean of its tokens' vectors, of unit length, and the tokens' directions in 8 bits.

    A token's direction is values[token] * scales[token].
    """

    vector: np.ndarray
    values: np.ndarray
    scales: np.ndarray


def embedding_of(rows: np.ndarray) -> Embedding:
    total = rows.sum(axis=0)
    rows = rows.astype(np.float64)
    largest = np.abs(rows).max(axis=1)
    # Halves upwards, as JavaScript rounds.
    values = np.floor(rows * 127 / one_for_zero(largest)[:, None] + 0.5).astype(np.int8)
    scales = largest / 127 / one_for_zero(np.linalg.norm(rows, axis=1))
    return Embedding(total / one_for_zero(np.linalg.norm(total)), values, scales.astype(np.float32))


def one_for_zero(values: np.ndarray) -> np.ndarray:
    return np.where(values == 0, 1, values)


def late_interaction(query: Embedding, own: slice, passage: Embedding) -> float:
    """The mean over the query's own tokens of the best cosine among the passage's tokens (as in ColBERT)."""
    scales = query.scales[own]
    if len(scales) == 0:
        return np.nan
    # Exact: whole numbers.
    products = query.values[own].astype(np.float64) @ passage.values.T.astype(np.float64)
    return float(((products * passage.scales).max(axis=1) * scales).mean())


def fuse(columns: dict[str, np.ndarray], weights: dict[str, float]) -> np.ndarray:
    """The weighted sum of the signals' z-scores in the list.

    NaN stands for an unknown value and counts as average. A signal that is equal for all adds nothing.
    """
    telling = {}
    for name, values in columns.items():
        known = values[np.isfinite(values)].astype(np.float64)
        if weights[name] == 0 or len(known) == 0:
            continue
        deviation = known.std()
        if deviation > ROUNDING * np.abs(known).max():
            telling[name] = np.nan_to_num((values - known.mean()) / deviation)
    if set(telling) <= {"mvp"}:
        return columns["mvp"]
    return sum(weights[name] * values for name, values in telling.items()).astype(np.float32)
