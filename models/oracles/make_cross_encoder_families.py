"""Writes tiny random cross-encoders of the families beside BERT, and what transformers computes with them.

Each has the tokenizer files that transformers writes for its family. XLM-R's character map is sentencepiece's nmt_nfkc, taken from `t5-relu`.

    pip install torch 'transformers==4.57.6' safetensors
    python make_cross_encoder_families.py
"""

import json
import tempfile
from pathlib import Path

import torch
from tokenizers import AddedToken, BertWordPieceTokenizer, ByteLevelBPETokenizer, Tokenizer, models, pre_tokenizers, processors, trainers
from transformers import (
    DistilBertConfig,
    DistilBertForSequenceClassification,
    DistilBertTokenizerFast,
    MPNetConfig,
    MPNetForSequenceClassification,
    MPNetTokenizerFast,
    RobertaConfig,
    RobertaForSequenceClassification,
    RobertaTokenizerFast,
    XLMRobertaConfig,
    XLMRobertaForSequenceClassification,
    XLMRobertaTokenizerFast,
)

from making.cases import CORPUS, FOLDER
from making.cross_encoders import write_cross_encoder
from making.folders import fresh

FAIRSEQ = ["<s>", "<pad>", "</s>", "<unk>"]


def save_tokenizer(folder, tokenizer):
    """The two files that are read; the others that save_pretrained writes repeat them."""
    with tempfile.TemporaryDirectory() as temporary:
        tokenizer.save_pretrained(temporary)
        for name in ["tokenizer.json", "tokenizer_config.json"]:
            text = json.loads((Path(temporary) / name).read_text())
            (folder / name).write_text(json.dumps(text, ensure_ascii=False, indent=1) + "\n")
    return len(tokenizer)


def byte_level(max_length):
    trained = ByteLevelBPETokenizer()
    trained.train([str(CORPUS)], vocab_size=500, special_tokens=FAIRSEQ, show_progress=False)
    with tempfile.TemporaryDirectory() as temporary:
        vocab, merges = trained.save_model(temporary)
        return RobertaTokenizerFast(vocab, merges, model_max_length=max_length)


def unigram(max_length):
    """As the tokenizer.json of bge-reranker-base: ids of fairseq first, <mask> last."""
    trained = Tokenizer(models.Unigram())
    characters = json.loads((FOLDER / "t5-relu" / "tokenizer.json").read_text())["normalizer"]["normalizers"][0]
    spaces = {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}
    steps = {"type": "Sequence", "normalizers": [characters, spaces]}
    trained.normalizer = Tokenizer.from_str(json.dumps(json.loads(trained.to_str()) | {"normalizer": steps})).normalizer
    trained.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    trainer = trainers.UnigramTrainer(vocab_size=320, special_tokens=FAIRSEQ, unk_token="<unk>", show_progress=False)
    trained.train([str(CORPUS)], trainer)
    file = json.loads(trained.to_str())
    file["model"]["vocab"] = [[piece, score] for piece, score in file["model"]["vocab"]] + [["<mask>", 0.0]]
    made = Tokenizer.from_str(json.dumps(file))
    made.add_special_tokens([AddedToken("<mask>", lstrip=True, normalized=False, special=True)])
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return XLMRobertaTokenizerFast(tokenizer_object=made, model_max_length=max_length)


def word_pieces(kind, special, max_length):
    trained = BertWordPieceTokenizer(lowercase=True)
    trained.train([str(CORPUS)], vocab_size=420, special_tokens=special, show_progress=False)
    with tempfile.TemporaryDirectory() as temporary:
        return kind(trained.save_model(temporary)[0], do_lower_case=True, model_max_length=max_length)


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
