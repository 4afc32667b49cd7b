"""Cosine and late interaction of the mvp-bert oracles, for the lists in oracle.json: adds `signals` to each list.

Slow and plain on purpose: every text by itself, through transformers' BertModel, in the precision of the checkpoint's weights.

    pip install torch 'transformers==4.57.6' safetensors
    python make_signals.py
"""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

HERE = Path(__file__).parent


def load(folder):
    config = json.loads((folder / "config.json").read_text())
    names = ("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "max_position_embeddings", "type_vocab_size", "layer_norm_eps")
    model = BertModel(BertConfig(**{name: config[name] for name in names}), add_pooling_layer=False).eval()
    weights = {key.removeprefix("bert."): tensor.float() for key, tensor in load_file(folder / "model.safetensors").items() if key.startswith("bert.")}
    model.load_state_dict(weights, strict=False)
    return model, PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json")), config


def tokens(model, tokenizer, config, text, kind):
    """Last hidden states of [CLS] text [SEP], the text behind its prompt if there is one."""
    ids = tokenizer.encode(prompt_of(config, kind) + text, add_special_tokens=False)[: config["max_length"] - 2]
    ids = [config["cls_token_id"], *ids, config["sep_token_id"]]
    return model(input_ids=torch.tensor([ids]), token_type_ids=torch.zeros(1, len(ids), dtype=torch.long)).last_hidden_state[0]


def context(passage):
    return (passage if isinstance(passage, str) else f"{passage['title']} {passage['text']}").strip()


def unit(x):
    return x / x.norm(dim=-1, keepdim=True)


def prompt_of(config, kind):
    return config.get("prompts", {}).get(kind, "")


def late_interaction(query, passage, before):
    """For each of the query's own tokens, `before` tokens of its prompt left out, the best cosine among all of the
    passage's, [CLS] and [SEP] included; their mean."""
    own = unit(query[1 + before : -1])
    return (own @ unit(passage).T).max(1).values.mean().item()


@torch.no_grad()
def main():
    for name in ("bert-relu", "bert-gated", "bert-deep"):
        path = HERE / name / "oracle.json"
        oracle, parts = json.loads(path.read_text()), load(HERE / name)
        _, tokenizer, config = parts
        before = len(tokenizer.encode(prompt_of(config, "query"), add_special_tokens=False))
        for case in oracle["lists"]:
            query = tokens(*parts, case["query"].strip(), "query")
            passages = [tokens(*parts, context(p), "passage") for p in case["passages"]]
            case["signals"] = {
                "cosine": [(unit(query.mean(0)) @ unit(p.mean(0))).item() for p in passages],
                "lateInteraction": [late_interaction(query, p, before) for p in passages],
            }
        path.write_text(json.dumps(oracle, ensure_ascii=False) + "\n")


main()
