"""Exports the checkpoint `cross-encoder` to ONNX, in the layout that transformers.js loads: `cross-encoder/onnx/model.onnx`.

The graph is PyTorch's trace of transformers' own model: input_ids, attention_mask and token_type_ids [batch, sequence] to logits [batch, 1].

    pip install torch 'transformers==4.57.6' safetensors onnx
    python export_cross_encoder.py
"""

from pathlib import Path

import torch
from transformers import AutoModelForSequenceClassification

FOLDER = Path(__file__).parent / "cross-encoder"
INPUTS = ["input_ids", "attention_mask", "token_type_ids"]


class Logits(torch.nn.Module):
    """The model with positional inputs in the order of INPUTS, and a tensor as its result."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, *inputs):
        return self.model(**dict(zip(INPUTS, inputs, strict=True))).logits


def main():
    model = AutoModelForSequenceClassification.from_pretrained(FOLDER, attn_implementation="eager").eval()
    output = FOLDER / "onnx" / "model.onnx"
    output.parent.mkdir(exist_ok=True)
    example = tuple(torch.ones(2, 7, dtype=torch.int64) for _ in INPUTS)
    axes = {0: "batch", 1: "sequence"}
    torch.onnx.export(
        Logits(model),
        example,
        output,
        input_names=INPUTS,
        output_names=["logits"],
        dynamic_axes=dict.fromkeys(INPUTS, axes) | {"logits": {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )


main()
