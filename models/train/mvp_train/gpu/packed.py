"""Weights small enough to travel: matrices in 8 bits a number with a scale a row, all else in half precision."""

import numpy as np
import torch


def pack(state):
    out = {}
    for name, value in state.items():
        x = value.float().numpy()
        if x.ndim == 2 and x.size > 100_000:
            scale = np.maximum(np.abs(x).max(1, keepdims=True) / 127, 1e-12).astype(np.float32)
            out[name], out[name + ".scale"] = np.round(x / scale).astype(np.int8), scale
        else:
            out[name] = x.astype(np.float16)
    return out


def unpack(arrays):
    return {
        name: torch.from_numpy(x.astype(np.float32) * arrays.get(name + ".scale", 1))
        for name, x in arrays.items()
        if not name.endswith(".scale")
    }
