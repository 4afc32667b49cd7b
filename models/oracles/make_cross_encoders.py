"""Writes tiny random BERT cross-encoders and what transformers computes with them: token ids, token types, logits.

    pip install torch 'transformers==4.57.6' safetensors
    python make_cross_encoders.py
"""

import json

import torch
from tokenizers import BertWordPieceTokenizer
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

from making.cases import CORPUS
from making.cross_encoders import write_cross_encoder
from making.folders import fresh


def cross_encoder(name, lowercase, files, dtype, max_length, **shape):
    folder = fresh(name)
    trainer = BertWordPieceTokenizer(lowercase=lowercase)
    special = ["[PAD]", "[unused0]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer.train([str(CORPUS)], vocab_size=420, special_tokens=special, show_progress=False)
    trainer.save_model(str(folder))
    tokenizer = BertTokenizerFast(str(folder / "vocab.txt"), do_lower_case=lowercase, model_max_length=max_length)
    if "tokenizer.json" in files:
        tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
        (folder / "vocab.txt").unlink()
    config = {"tokenizer_class": "BertTokenizer", "do_lower_case": lowercase, "model_max_length": max_length, "cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "unk_token": "[UNK]", "mask_token": "[MASK]"}  # fmt: skip
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
    bert = BertConfig(vocab_size=len(tokenizer), num_labels=1, attn_implementation="eager", **shape)
    # Older versions of transformers saved this buffer too.
    buffers = {"bert.embeddings.position_ids": torch.arange(shape["max_position_embeddings"])[None]} if "pytorch_model.bin" in files else None
    write_cross_encoder(folder, BertForSequenceClassification(bert), max_length, dtype, "classifier", buffers)


cross_encoder("cross-encoder", True, ["tokenizer.json"], torch.float32, 48,
              hidden_size=32, num_hidden_layers=3, num_attention_heads=4, intermediate_size=64, max_position_embeddings=64)  # fmt: skip
cross_encoder("cross-encoder-vocab", False, ["vocab.txt", "pytorch_model.bin"], torch.float16, 63,
              hidden_size=48, num_hidden_layers=2, num_attention_heads=3, intermediate_size=96, max_position_embeddings=63)  # fmt: skip
