"""Writes tiny random cross-encoders of the families beside BERT, and what transformers computes with them.

Each has the tokenizer files that transformers writes for its family. XLM-R's character map is sentencepiece's nmt_nfkc, taken from `t5-relu`.

    pip install torch 'transformers==4.57.6' safetensors
    python make_cross_encoder_families.py
"""

import torch
from transformers import (
    DistilBertConfig,
    DistilBertForSequenceClassification,
    DistilBertTokenizerFast,
    MPNetConfig,
    MPNetForSequenceClassification,
    MPNetTokenizerFast,
    RobertaConfig,
    RobertaForSequenceClassification,
    XLMRobertaConfig,
    XLMRobertaForSequenceClassification,
)

from making.cross_encoders import write_cross_encoder
from making.fast_tokenizers import FAIRSEQ, byte_level, save_tokenizer, unigram, word_pieces
from making.folders import fresh


def make(name, tokenizer, config, model, max_length, dtype, last, **shape):
    folder = fresh(name)
    vocabulary = save_tokenizer(folder, tokenizer)
    made = config(vocab_size=vocabulary, num_labels=1, attn_implementation="eager", **shape)
    write_cross_encoder(folder, model(made), max_length, dtype, last)


# As in the published ones: positions start at 2, so 66 are room for 64 tokens; one token type; another epsilon than BERT's.
FAIRSEQ_SHAPE = {"max_position_embeddings": 66, "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2, "type_vocab_size": 1, "layer_norm_eps": 1e-5}

make("cross-encoder-roberta", byte_level(64), RobertaConfig, RobertaForSequenceClassification, 64, torch.float16, "classifier.out_proj",
     hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, **FAIRSEQ_SHAPE)  # fmt: skip
make("cross-encoder-xlm-roberta", unigram(48), XLMRobertaConfig, XLMRobertaForSequenceClassification, 48, torch.bfloat16, "classifier.out_proj",
     hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, **FAIRSEQ_SHAPE)  # fmt: skip
make("cross-encoder-distilbert", word_pieces(DistilBertTokenizerFast, ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], 64), DistilBertConfig, DistilBertForSequenceClassification, 64, torch.float32, "classifier",
     dim=32, n_layers=2, n_heads=4, hidden_dim=64, max_position_embeddings=64)  # fmt: skip
# Far enough that several positions share a bucket.
make("cross-encoder-mpnet", word_pieces(MPNetTokenizerFast, [*FAIRSEQ, "[UNK]", "<mask>"], 96), MPNetConfig, MPNetForSequenceClassification, 96, torch.float32, "classifier.out_proj",
     hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, max_position_embeddings=98, layer_norm_eps=1e-5, relative_attention_num_buckets=32)  # fmt: skip
