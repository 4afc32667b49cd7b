"""Tiny tokenizers, trained on the corpus."""

import sentencepiece
from tokenizers import BertWordPieceTokenizer
from transformers import BertTokenizerFast, T5Tokenizer

from making.cases import CORPUS


def train_unigram(folder, normalization):
    """A tiny SentencePiece model with T5's special ids: pad 0, </s> 1, <unk> 2, and 100 sentinels behind the pieces."""
    sentencepiece.SentencePieceTrainer.train(
        input=str(CORPUS), model_prefix=str(folder / "spiece"), model_type="unigram", vocab_size=300, character_coverage=1.0,
        pad_id=0, eos_id=1, unk_id=2, bos_id=-1, normalization_rule_name=normalization, minloglevel=2,
    )  # fmt: skip
    (folder / "spiece.vocab").unlink()
    return T5Tokenizer(str(folder / "spiece.model"), legacy=True)


def train_wordpiece(folder):
    trainer = BertWordPieceTokenizer(lowercase=True)
    special = ["[PAD]", "[unused0]", "[unused1]", "[unused2]", "[unused3]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer.train([str(CORPUS)], vocab_size=400, special_tokens=special, show_progress=False)
    vocabulary = folder / "vocab.txt"
    trainer.save_model(str(folder))
    fast = BertTokenizerFast(str(vocabulary), do_lower_case=True)
    vocabulary.unlink()
    fast.backend_tokenizer.save(str(folder / "tokenizer.json"))
    return fast
