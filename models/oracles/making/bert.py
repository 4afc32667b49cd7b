"""mvp-bert: the transformers library's BertModel, and a decoder written out."""

import json

import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertModel

from making.cases import EMBEDDED, context, lists
from making.folders import fresh, write_oracle
from making.numbers import randomize, rounded, scale_last_norm, score, short
from making.vocabularies import train_wordpiece


def rms(x, weight, epsilon):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + epsilon) * weight


def feed_forward(weights, prefix, x):
    if f"{prefix}.wi.weight" in weights:
        return weights[f"{prefix}.wo.weight"] @ torch.relu(weights[f"{prefix}.wi.weight"] @ x)
    gate = torch.nn.functional.gelu(weights[f"{prefix}.wi_0.weight"] @ x, approximate="tanh")
    return weights[f"{prefix}.wo.weight"] @ (gate * (weights[f"{prefix}.wi_1.weight"] @ x))


def bert_anchor(weights, decoder, view, e):
    """The anchor of a view from its vectors e [n, d]: T5's decoder step from a learned start."""
    start = weights["decoder.start"]
    x = start[view if len(start) > 1 else 0]
    heads, epsilon = decoder["num_heads"], decoder["layer_norm_epsilon"]
    for i in range(decoder["num_layers"]):
        block = f"decoder.block.{i}.layer"
        if i > 0:
            own = rms(x, weights[f"{block}.0.layer_norm.weight"], epsilon)
            x = x + weights[f"{block}.0.SelfAttention.o.weight"] @ (weights[f"{block}.0.SelfAttention.v.weight"] @ own)
        cross = f"{block}.1.EncDecAttention"
        q = (weights[f"{cross}.q.weight"] @ rms(x, weights[f"{block}.1.layer_norm.weight"], epsilon)).view(heads, -1)
        k = (e @ weights[f"{cross}.k.weight"].T).view(len(e), heads, -1)
        v = (e @ weights[f"{cross}.v.weight"].T).view(len(e), heads, -1)
        attention = torch.einsum("hc,nhc->hn", q, k).softmax(-1)
        x = x + weights[f"{cross}.o.weight"] @ torch.einsum("hn,nhc->hc", attention, v).flatten()
        x = x + feed_forward(weights, f"{block}.2.DenseReluDense", rms(x, weights[f"{block}.2.layer_norm.weight"], epsilon))
    return rms(x, weights["decoder.final_layer_norm.weight"], epsilon)


def decoder_shapes(width, decoder, starts):
    inner, ff = decoder["num_heads"] * decoder["d_kv"], decoder["d_ff"]
    shapes = {"decoder.start": (starts, width), "decoder.final_layer_norm.weight": (width,)}
    for i in range(decoder["num_layers"]):
        block = f"decoder.block.{i}.layer"
        if i > 0:
            shapes |= {f"{block}.0.layer_norm.weight": (width,), f"{block}.0.SelfAttention.v.weight": (inner, width), f"{block}.0.SelfAttention.o.weight": (width, inner)}
        shapes |= {f"{block}.1.EncDecAttention.{p}.weight": (inner, width) for p in "qkv"} | {f"{block}.1.EncDecAttention.o.weight": (width, inner)}
        shapes |= {f"{block}.{j}.layer_norm.weight": (width,) for j in (1, 2)} | {f"{block}.2.DenseReluDense.wo.weight": (width, ff)}
        shapes |= {f"{block}.2.DenseReluDense.{p}.weight": (ff, width) for p in (("wi",) if decoder["feed_forward_proj"] == "relu" else ("wi_0", "wi_1"))}
    return shapes


def bert_prompt(tokenizer, view_ids, query, passage, max_length):
    """[CLS] views query [SEP] passage [SEP]: the query keeps at most half of the length, then the passage is cut."""

    def plain(text):
        return tokenizer.encode(text, add_special_tokens=False)

    head = [tokenizer.cls_token_id, *view_ids]
    first = [*head, *plain(query.strip())[: max_length // 2], tokenizer.sep_token_id]
    second = plain(context(passage))[: max_length - len(first) - 1] + [tokenizer.sep_token_id]
    return first + second, [0] * len(first) + [1] * len(second)


def hidden_states(model, ids, types):
    return model(input_ids=torch.tensor([ids]), token_type_ids=torch.tensor([types]), output_hidden_states=True).hidden_states


def bert(name, views, exits, decoder, starts, dtype=torch.float32, max_length=48, prompts=None, **shape):
    """`prompts`: what stands before a query and before a passage that is read alone."""
    folder = fresh(name)
    tokenizer = train_wordpiece(folder)
    view_ids = [1, 2, 3, 4][:views]
    generator = torch.Generator().manual_seed(sum(name.encode()))
    model = BertModel(BertConfig(vocab_size=len(tokenizer), max_position_embeddings=64, type_vocab_size=2, layer_norm_eps=1e-12, **shape), add_pooling_layer=False).eval()
    randomize(model.named_parameters(), generator)
    weights = {key: torch.empty(size) for key, size in decoder_shapes(shape["hidden_size"], decoder, starts).items()}
    for depth in exits:
        weights |= {f"exits.{depth}.norm.weight": torch.empty(shape["hidden_size"]), f"exits.{depth}.norm.bias": torch.empty(shape["hidden_size"])}
    randomize(weights.items(), generator)
    weights["decoder.start"] = torch.randn(weights["decoder.start"].shape, generator=generator)
    for _, tensor in [*model.named_parameters(), *weights.items()]:
        tensor.data = rounded(tensor.data, dtype)

    def run(case):
        prompts = [bert_prompt(tokenizer, view_ids, case["query"], p, max_length) for p in case["passages"]]
        states = [hidden_states(model, ids, types) for ids, types in prompts]
        results = {}
        for depth in exits:
            norm = (weights[f"exits.{depth}.norm.weight"], weights[f"exits.{depth}.norm.bias"])
            vectors = torch.stack([torch.layer_norm(s[depth][0, 1 : 1 + views], norm[0].shape, *norm, 1e-12) for s in states])
            results[str(depth)] = score(vectors, lambda k, e: bert_anchor(weights, decoder, k, e))
        return {**case, "ids": [ids for ids, _ in prompts], "types": [types for _, types in prompts], "exits": results}

    def embed(text):
        own = tokenizer.encode((prompts or {}).get("passage", "") + text, add_special_tokens=False)[: max_length - 2]
        ids = [tokenizer.cls_token_id, *own, tokenizer.sep_token_id]
        mean = hidden_states(model, ids, [0] * len(ids))[-1][0].mean(0)
        return {"text": text, "ids": ids, "vector": short(mean / mean.norm())}

    last = torch.nn.Module()
    last.weight = torch.nn.Parameter(weights["decoder.final_layer_norm.weight"])
    weights["decoder.final_layer_norm.weight"] = last.weight
    scale_last_norm(last, dtype, lambda: run(lists(max_length)[-1])["exits"].values())
    oracle = {"family": "bert", "views": views, "maxLength": max_length, "lists": [run(c) for c in lists(max_length)], "embeddings": [embed(t) for t in EMBEDDED]}
    write_oracle(folder, oracle)

    state = {f"bert.{key}": tensor for key, tensor in model.named_parameters()} | weights
    save_file({key: tensor.detach().to(dtype).contiguous() for key, tensor in state.items()}, folder / "model.safetensors", metadata={"format": "pt"})
    config = {
        "model_type": "mvp-bert", "architectures": ["MvpBert"], "vocab_size": len(tokenizer), **shape, "layer_norm_eps": 1e-12,
        "max_position_embeddings": 64, "type_vocab_size": 2, "hidden_act": "gelu", "view_token_ids": view_ids,
        "cls_token_id": tokenizer.cls_token_id, "sep_token_id": tokenizer.sep_token_id, "pad_token_id": tokenizer.pad_token_id,
        "exits": exits, "max_length": max_length, "decoder": decoder, **({"prompts": prompts, "depth": exits[0]} if prompts else {}),
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
