"""Writes the cross-encoder of make_peer.py as LiteRT models: in single precision, and with weights in 8 bits, whose activations are rounded
as they come (dynamic range). Compares both with the ONNX peer. LiteRT's shapes are fixed, so a model has one signature for each length,
over the same weights; prompts are padded to the next one.

    python bench/engines/make_litert.py bench/peer
    npm install --no-save --ignore-scripts @litertjs/core

Then `npx playwright test -c bench engines` runs LiteRT.js too. Needs litert-torch (0.10.0 was used), transformers, onnxruntime.
"""

import sys
from pathlib import Path

import litert_torch
import numpy as np
import onnxruntime
import torch
from ai_edge_litert.interpreter import Interpreter
from ai_edge_quantizer import quantizer, recipe
from transformers import BertForSequenceClassification

LENGTHS = [32, 48, 64, 80, 96, 112, 128, 160, 192, 256, 384, 512]

peer = Path(sys.argv[1])
out = peer / "litert"
out.mkdir(exist_ok=True)
model = BertForSequenceClassification.from_pretrained(peer, attn_implementation="eager").eval()


class Logits(torch.nn.Module):
    """LiteRT.js passes integers of 32 bits."""

    def __init__(self):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, token_type_ids):
        return self.model(input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids).logits


def inputs(length, used):
    ids = np.random.default_rng(length).integers(1000, 30000, (1, length), dtype=np.int32)
    places = np.arange(length)[None]
    mask = (places < used).astype(np.int32)
    return ids * mask, mask, ((places > 12) * mask).astype(np.int32)


converter = None
for length in LENGTHS:
    example = tuple(torch.from_numpy(x) for x in inputs(length, length))
    converter = (converter or litert_torch).signature(f"tokens{length}", Logits().eval(), example)
converter.convert().export(str(out / "fp32.tflite"))
quantization = quantizer.Quantizer(str(out / "fp32.tflite"), recipe.dynamic_wi8_afp32())
(out / "q8.tflite").unlink(missing_ok=True)
quantization.quantize().export_model(str(out / "q8.tflite"))

onnx = onnxruntime.InferenceSession(str(peer / "onnx/model.onnx"))
names = ["input_ids", "attention_mask", "token_type_ids"]
for file in ["fp32", "q8"]:
    interpreter = Interpreter(str(out / f"{file}.tflite"))
    errors = []
    for length in LENGTHS:
        feeds = inputs(length, length - 3)
        wanted = onnx.run(None, {name: x.astype(np.int64) for name, x in zip(names, feeds)})[0]
        runner = interpreter.get_signature_runner(f"tokens{length}")
        given = runner(**{name: x for name, x in zip(sorted(runner.get_input_details()), feeds)})
        errors.append(abs(next(iter(given.values())) - wanted).max())
    print(file, f"{(out / f'{file}.tflite').stat().st_size / 1e6:.1f} MB, differs from onnxruntime's fp32 by at most {max(errors):.2g}")
