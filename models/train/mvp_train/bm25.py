"""BM25 over word pieces, as products of sparse matrices."""

import numpy as np
from scipy.sparse import csr_matrix

K1, B = 0.9, 0.4


def bm25_matrix(texts, numbers, vocabulary=30522):
    """Sparse [passages, vocabulary] of BM25 weights; pieces that over a fifth of the passages contain weigh nothing."""
    rows = [np.unique(texts[i], return_counts=True) for i in numbers]
    lengths = np.array([len(texts[i]) for i in numbers], np.float32)
    indptr = np.concatenate([[0], np.cumsum([len(t) for t, _ in rows])])
    terms, counts = (
        np.concatenate([t for t, _ in rows]).astype(np.int32),
        np.concatenate([c for _, c in rows]).astype(np.float32),
    )
    frequency = np.bincount(terms, minlength=vocabulary)
    n = len(numbers)
    idf = np.where(frequency > n / 5, 0, np.log(1 + (n - frequency + 0.5) / (frequency + 0.5))).astype(np.float32)
    norm = np.repeat(K1 * (1 - B + B * lengths / lengths.mean()), np.diff(indptr))
    matrix = csr_matrix((idf[terms] * counts / (counts + norm), terms, indptr), shape=(n, vocabulary), dtype=np.float32)
    matrix.eliminate_zeros()
    return matrix


def query_matrix(texts, numbers, vocabulary=30522):
    rows = [np.unique(texts[i]) for i in numbers]
    indptr = np.concatenate([[0], np.cumsum([len(r) for r in rows])])
    terms = np.concatenate(rows).astype(np.int32)
    return csr_matrix((np.ones(len(terms), np.float32), terms, indptr), shape=(len(numbers), vocabulary))


def top(scores, k):
    """Columns of the k highest scores of each row, in no order."""
    k = min(k, scores.shape[1])
    return np.argpartition(-scores, k - 1, axis=1)[:, :k]
