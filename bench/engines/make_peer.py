"""Writes a cross-encoder of MiniLM-L6's shape with random weights, twice: as a checkpoint, which `mvp-rerank convert` reads, and as the models that
people run in transformers.js are made from it, exported by PyTorch and quantized by onnxruntime's quantize_dynamic. So both engines have
the same weights, and must give the same scores; what is compared is their speed.

    python bench/engines/make_peer.py public/models/mvp-mini bench/peer
    node dist/cli/main.js convert bench/peer --out bench/peer/converted

Needs torch, transformers, onnx, onnxruntime.
"""

import shutil
import sys
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import BertConfig, BertForSequenceClassification

tokenizer, out = Path(sys.argv[1]), Path(sys.argv[2])
(out / "onnx").mkdir(parents=True, exist_ok=True)
torch.manual_seed(0)
config = BertConfig(
    hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536, num_labels=1,
    attn_implementation="eager",
)
model = BertForSequenceClassification(config).eval()
with torch.no_grad():
    for name, tensor in model.named_parameters():
        # Activations near one, uneven attention: with the weights that PyTorch starts from, all scores are nearly equal.
        if name.endswith(".weight") and "LayerNorm" not in name and "embeddings" not in name:
            tensor.normal_(0, tensor.shape[-1] ** -0.5)
        elif "embeddings" in name and "LayerNorm" not in name:
            tensor.normal_(0, 1)
    pairs = torch.randint(1000, 30000, (64, 48))
    logits = model(input_ids=pairs, token_type_ids=(torch.arange(48) > 12).long().expand(64, -1)).logits
    model.classifier.weight *= 8 / (logits.max() - logits.min())
model.save_pretrained(out)
shutil.copy(tokenizer / "tokenizer.json", out / "tokenizer.json")
(out / "tokenizer_config.json").write_text(
    '{"tokenizer_class": "BertTokenizer", "do_lower_case": true, "model_max_length": 512, "unk_token": "[UNK]",'
    ' "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]", "mask_token": "[MASK]"}'
)
names = ["input_ids", "attention_mask", "token_type_ids"]
example = tuple(torch.ones(2, 16, dtype=torch.int64) for _ in names)
torch.onnx.export(
    model, example, out / "onnx/model.onnx", input_names=names, output_names=["logits"], opset_version=17, dynamo=False,
    dynamic_axes={name: {0: "batch", 1: "length"} for name in names} | {"logits": {0: "batch"}},
)
quantize_dynamic(out / "onnx/model.onnx", out / "onnx/model_quantized.onnx", weight_type=QuantType.QInt8)
