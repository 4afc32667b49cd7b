"""Makes the three small tokenizers of the oracle out of text.txt and the oracle's own strings: spiece.model (Unigram, nmt_nfkc, as T5's) and
bert.json (WordPiece, with the settings of bert-base-uncased) and byteLevel.json (byte-level BPE, with those of roberta-base). The first two know many single characters, so that a difference in how a character
is normalized shows as another id and not as one unknown token in place of another.

    python make_models.py        # needs sentencepiece and tokenizers; another version may train another spiece.model
"""
import json
import os
from collections import Counter

import sentencepiece
import tokenizers
from strings import HERE, WORDS, Random, make_string
from tokenizers.normalizers import BertNormalizer

PATH = lambda name: os.path.join(HERE, name)
# Beyond the strings that are tested.
TRAINING = [make_string(1_000_000 + i) for i in range(3000)]


def invented_text():
    """Words of syllables, the early ones often: pieces overlap, and many segmentations are nearly as likely."""
    random = Random(7)
    syllables = [a + b for a in "b ch d f g k l m n p r s st t tr v w".split(" ") for b in "a e i o u ea ou er in".split(" ")]
    words = ["".join(random.one(syllables) for _ in range(1 + random.below(4))) for _ in range(3000)]
    for _ in range(4000):
        yield " ".join(words[random.below(1 + random.below(1 + random.below(len(words))))] for _ in range(12))


def train_spiece():
    with open(PATH("text.txt"), encoding="utf-8") as file:
        lines = file.read().splitlines()
    sentences = lines * 20 + list(invented_text()) + [text.replace("\0", " ") for text in TRAINING]
    # T5's ids: <pad> 0, </s> 1, <unk> 2, no <s>; no piece for single bytes.
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(sentences), model_prefix=PATH("spiece"), model_type="unigram", vocab_size=4000,
        normalization_rule_name="nmt_nfkc", character_coverage=0.985, pad_id=0, eos_id=1, unk_id=2, bos_id=-1,
        num_threads=1, minloglevel=2)
    os.remove(PATH("spiece.vocab"))


def make_bert():
    normalize = BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True).normalize_str
    characters = Counter(char for text in TRAINING for char in normalize(text) if char != " ")
    words = Counter(word for word in normalize(" ".join(WORDS)).split(" ") if word)
    parts = Counter(word[a:b] for word in words for a in range(len(word)) for b in range(a + 2, min(len(word), a + 5) + 1))
    known = [char for char, _ in characters.most_common(2200)]
    tokens = ["[PAD]", "[unused0]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + known + ["##" + char for char in known]
    tokens += sorted(words) + ["##" + part for part, count in parts.most_common(600)] + [part for part, count in parts.most_common(300)]
    vocab = {token: id for id, token in enumerate(dict.fromkeys(tokens))}
    special = [{"id": vocab[t], "content": t, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
               for t in ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]]
    text = json.dumps({
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": special,
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", vocab["[SEP]"]], "cls": ["[CLS]", vocab["[CLS]"]]},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": vocab},
    }, ensure_ascii=False, separators=(",", ":"))
    tokenizers.Tokenizer.from_str(text)
    with open(PATH("bert.json"), "w", encoding="utf-8") as file:
        file.write(text + "\n")


def make_byte_level():
    """Trained on lines that are not split into words, so that a difference in how words are split shows as another merge. No merge makes a special token."""
    trained = tokenizers.Tokenizer(tokenizers.models.BPE())
    trained.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    trainer = tokenizers.trainers.BpeTrainer(vocab_size=2000, special_tokens=special, show_progress=False, max_token_length=12,
                                             initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet())
    with open(PATH("text.txt"), encoding="utf-8") as file:
        trained.train_from_iterator(file.read().splitlines() * 3 + [text for text in TRAINING if "<" not in text], trainer)
    trained.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    trained.post_processor = tokenizers.processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    trained.decoder = tokenizers.decoders.ByteLevel()
    with open(PATH("byteLevel.json"), "w", encoding="utf-8") as file:
        file.write(json.dumps(json.loads(trained.to_str()), ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    train_spiece()
    make_bert()
    make_byte_level()
