"""Writes a checkpoint, or fresh weights, as an mvp-bert folder: config.json, model.safetensors, tokenizer.json."""

import argparse
import json
import os
import shutil
import tempfile
from functools import reduce
from operator import add

import torch
from safetensors.torch import save_file

from .model import MvpBert
from .prompts import CLS, PAD, SEP, VIEW_TOKEN_IDS

MAX_LENGTH = 256


def config_of(model):
    c = model.config
    width, heads = c.hidden_size, c.num_attention_heads
    return {
        "model_type": "mvp-bert",
        "architectures": ["MvpBert"],
        "vocab_size": c.vocab_size,
        "hidden_size": width,
        "num_hidden_layers": c.num_hidden_layers,
        "num_attention_heads": heads,
        "intermediate_size": c.intermediate_size,
        "hidden_act": c.hidden_act,
        "layer_norm_eps": c.layer_norm_eps,
        "max_position_embeddings": c.max_position_embeddings,
        "type_vocab_size": c.type_vocab_size,
        "view_token_ids": VIEW_TOKEN_IDS,
        "cls_token_id": CLS,
        "sep_token_id": SEP,
        "pad_token_id": PAD,
        "exits": model.depths,
        "max_length": MAX_LENGTH,
        **({"prompts": model.prompts, "depth": model.depths[0]} if model.prompts else {}),
        "decoder": {
            "num_layers": 1,
            "num_heads": heads,
            "d_kv": width // heads,
            "d_ff": c.intermediate_size,
            "feed_forward_proj": "relu",
            "layer_norm_epsilon": 1e-6,
        },
    }


def write_tokenizer(source, target):
    """The embedder's file cuts at 128 tokens and pads: the prompt does both itself."""
    with open(source) as file:
        tokenizer = json.load(file)
    tokenizer["truncation"] = tokenizer["padding"] = None
    with open(target, "w") as file:
        json.dump(tokenizer, file, ensure_ascii=False)


def export(model, embedder, out):
    """Writes beside the target, then renames: a reader never sees half a folder."""
    out = os.path.abspath(out)
    os.makedirs(os.path.dirname(out), exist_ok=True)
    folder = tempfile.mkdtemp(dir=os.path.dirname(out))
    state = {
        k: v.detach().float().contiguous() for k, v in model.state_dict().items() if not k.endswith("position_ids")
    }
    save_file(state, os.path.join(folder, "model.safetensors"), metadata={"format": "pt"})
    with open(os.path.join(folder, "config.json"), "w") as file:
        json.dump(config_of(model), file, indent=2)
    write_tokenizer(os.path.join(embedder, "tokenizer.json"), os.path.join(folder, "tokenizer.json"))
    os.chmod(folder, 0o755)
    os.chmod(os.path.join(folder, "model.safetensors"), 0o644)
    shutil.rmtree(out, ignore_errors=True)
    os.rename(folder, out)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--embedder", required=True, help="folder of all-MiniLM-L6-v2")
    parser.add_argument(
        "--checkpoint",
        nargs="*",
        default=[],
        help="what train.py wrote; the mean of several; without any, the untrained start is exported",
    )
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    torch.manual_seed(0)
    model = MvpBert.from_embedder(args.embedder)
    if args.checkpoint:
        states = [torch.load(path, map_location="cpu")["model"] for path in args.checkpoint]
        # Not `sum`: it starts at 0, and 0 + -0. is 0., so one checkpoint would not come out as it went in.
        model.load_state_dict({name: reduce(add, (s[name] for s in states)) / len(states) for name in states[0]})
    export(model, args.embedder, args.out)


if __name__ == "__main__":
    main()
