"""Reads the shipped weights back into the network, so that training goes on where it stopped.

`mvp-rerank convert` folds the decoder's query and key into one matrix a head. They are unfolded into a query and a key
of the same product.
"""

import json
import os
import struct

import numpy as np
import torch

NUMPY = {"U8": np.uint8, "F32": np.float32, "F16": np.float16}
# Of the unfolded queries: long enough that one optimizer step turns them little.
QUERY_LENGTH = 10.0
LAYER = {
    "attention.q": "attention.self.query",
    "attention.k": "attention.self.key",
    "attention.v": "attention.self.value",
    "attention.o": "attention.output.dense",
    "attention.norm": "attention.output.LayerNorm",
    "ff.up": "intermediate.dense",
    "ff.down": "output.dense",
    "ff.norm": "output.LayerNorm",
}


def read_weights(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    header.pop("__metadata__", None)
    return {
        name: np.frombuffer(data[slice(*x["data_offsets"])], NUMPY[x["dtype"]]).reshape(x["shape"])
        for name, x in header.items()
    }


def dequantized(tensors, name):
    """The matrix `name`.weight; models/README.md describes the forms."""
    stored = tensors[name + ".weight"]
    if name + ".scales" not in tensors:
        return torch.from_numpy(stored.astype(np.float32))
    scales = tensors[name + ".scales"].astype(np.float32)
    if scales.ndim > 1:
        raise SystemExit("training resumes from q8 or fp32 weights")
    return torch.from_numpy((stored.astype(np.float32) - 128) * scales[:, None])


def load_shipped(model, folder):
    """Fills `model` from a converted folder. Positions that the folder does not keep stay as they are."""
    tensors = read_weights(os.path.join(folder, "weights.safetensors"))
    state = model.state_dict()

    def put(to, value):
        state[to][: len(value)] = value if torch.is_tensor(value) else torch.from_numpy(value.astype(np.float32))

    def affine(to, name):
        put(to + ".weight", dequantized(tensors, name))
        put(to + ".bias", tensors[name + ".bias"])

    put("bert.embeddings.word_embeddings.weight", dequantized(tensors, "encoder.embed"))
    put("bert.embeddings.position_embeddings.weight", dequantized(tensors, "encoder.position"))
    put("bert.embeddings.token_type_embeddings.weight", dequantized(tensors, "encoder.type"))
    affine("bert.embeddings.LayerNorm", "encoder.embed.norm")
    for i in range(model.config.num_hidden_layers):
        for name, to in LAYER.items():
            affine(f"bert.encoder.layer.{i}.{to}", f"encoder.{i}.{name}")
    for e in model.depths:
        affine(f"exits.{e}.norm", f"exit.{e}.norm")
    put("decoder.start", tensors["anchor.start"])
    block = "decoder.block.0.layer"
    for name in "vo":
        put(f"{block}.1.EncDecAttention.{name}.weight", dequantized(tensors, f"anchor.0.cross.{name}"))
    put(f"{block}.2.layer_norm.weight", tensors["anchor.0.ff.norm.weight"])
    put(f"{block}.2.DenseReluDense.wi.weight", dequantized(tensors, "anchor.0.ff.up"))
    put(f"{block}.2.DenseReluDense.wo.weight", dequantized(tensors, "anchor.0.ff.down"))
    put("decoder.final_layer_norm.weight", tensors["anchor.norm.weight"])
    unfold_keys(state, block, tensors["anchor.0.cross.key"], model.config.num_attention_heads)
    model.load_state_dict(state)


def unfold_keys(state, block, folded, heads):
    """folded [views * heads, d] = Wk_hᵀ · Wq_h · rms(start_v): row v of each head answers to view v alone."""
    start = state["decoder.start"]
    views, width = start.shape
    head_size = width // heads
    norm = state[f"{block}.1.layer_norm.weight"]
    normed = start * torch.rsqrt(start.square().mean(-1, keepdim=True) + 1e-6) * norm
    q, k = torch.zeros(heads, head_size, width), torch.zeros(heads, head_size, width)
    q[:, :views] = QUERY_LENGTH * torch.linalg.pinv(normed).T
    k[:, :views] = torch.from_numpy(folded.astype(np.float32)).view(views, heads, width).transpose(0, 1) / QUERY_LENGTH
    state[f"{block}.1.EncDecAttention.q.weight"].copy_(q.view(width, width))
    state[f"{block}.1.EncDecAttention.k.weight"].copy_(k.view(width, width))
