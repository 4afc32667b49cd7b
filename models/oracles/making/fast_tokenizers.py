"""Tiny tokenizers of the families beside BERT, trained on the corpus, in the files that transformers writes."""

import json
import tempfile
from pathlib import Path

from tokenizers import AddedToken, BertWordPieceTokenizer, ByteLevelBPETokenizer, Tokenizer, models, pre_tokenizers, processors, trainers
from transformers import RobertaTokenizerFast, XLMRobertaTokenizerFast

from making.cases import CORPUS, FOLDER

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
