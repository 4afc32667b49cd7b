"""Weights as `mvp-rerank convert` stores them (models/convert/quantize.ts), to measure a precision beforehand."""

import numpy as np

BLOCK = 32
# Where the block's largest weight is put: at -8, or a little within or beyond the range of -8 to 7.
DIVISORS = np.array([-8.9, -8.5, -8.2, -8, -7.7, -7.4, -7, -6.6, 6.6, 7, 7.4, 7.8], np.float32)


def in_8_bits(rows):
    """[out, in] with one scale a row."""
    scales = np.abs(rows).max(1, keepdims=True) / np.float32(127)
    scales[scales == 0] = 1
    return (np.round(rows / scales) * scales).astype(np.float32)


def in_4_bits(rows):
    """[out, in] with one half precision scale a block of 32: of a dozen the one of the least squared error."""
    blocks = rows.reshape(-1, BLOCK)
    extreme = blocks[np.arange(len(blocks)), np.abs(blocks).argmax(1)][:, None]
    best, least = np.zeros_like(blocks), np.full(len(blocks), np.inf, np.float32)
    for divisor in DIVISORS:
        scale = (extreme / divisor).astype(np.float16).astype(np.float32)
        inverse = np.divide(1, scale, where=scale != 0, out=np.zeros_like(scale))
        rounded = (np.clip(np.floor(blocks * inverse + 8.5), 0, 15) - 8) * scale
        error = np.square(blocks - rounded).sum(1)
        better = error < least
        best[better], least[better] = rounded[better], error[better]
    return best.reshape(rows.shape)


ROUNDINGS = {"fp32": lambda rows: rows, "q8": in_8_bits, "q4": in_4_bits}


def is_rounded(name, shape):
    """Whether the converter rounds a matrix of BERT; the tables of positions and types it keeps in more bits."""
    return len(shape) == 2 and "position" not in name and "token_type" not in name
