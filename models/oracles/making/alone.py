"""Checkpoints that read every text alone: what is asked of them, and what is written of it."""

import json

import torch

from making.cases import SENTENCES, context
from making.cross_encoders import lists

TEXTS = ["The tide rises twice a day.", SENTENCES[12], "tide", "", "Straße, CAFÉ & Crème: 北京 ½ İstanbul", " ".join(SENTENCES[12:24]), "two  spaces,   three,\tand a tab", "if (x):\n    return  {'a': 1}"]


def randomize(parameters, generator):
    """Weights that keep activations near one, by the names of every family."""
    for name, tensor in parameters:
        noise = torch.randn(tensor.shape, generator=generator)
        if name.lower().endswith(("norm.weight",)):
            tensor.data = 1 + 0.2 * noise
        elif name.endswith(".bias"):
            tensor.data = 0.1 * noise
        elif "embeddings" in name or "relative_attention_bias" in name:
            tensor.data = noise
        else:
            tensor.data = 1.3 * noise * tensor.shape[-1] ** -0.5


def short(values):
    return [float(f"{value:.7g}") for value in values]


def asked():
    """Lists of cross-encoders, without the title."""
    return [{"query": case["query"], "passages": [context(passage) for passage in case["passages"]]} for case in lists()]


def write_alone(folder, max_length, embeddings, scores):
    """embeddings: of a text to a vector by the name of the prompt; scores: of a query and passages."""
    oracle = {
        "maxLength": max_length,
        "embeddings": [{"text": text, "prompt": name, "vector": short(vector)} for name, embed in embeddings.items() for text, vector in zip(TEXTS, embed(TEXTS), strict=True)],
        "lists": [{**case, "scores": short(scores(case["query"], case["passages"]))} for case in asked()],
    }
    for case in oracle["lists"]:
        print(f"  {folder.name} {[round(s, 3) for s in case['scores']]}")
    (folder / "oracle.json").write_text(json.dumps(oracle, ensure_ascii=False) + "\n")
