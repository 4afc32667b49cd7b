import numpy as np

from mvp_train.datasets import read_jsonl
from mvp_train.prepare import tokenize
from mvp_train.sources import held_back, kept


def test_texts_are_cut_and_laid_end_to_end(tokenizer):
    ids, offsets = tokenize(tokenizer, ["one two three four", "", "two"], 3)
    assert offsets.tolist() == [0, 3, 3, 4]
    assert ids.tolist()[1] == ids.tolist()[3]
    empty, offsets = tokenize(tokenizer, [], 3)
    assert (len(empty), offsets.tolist()) == (0, [0])


def test_sources_are_numbered_one_after_the_other(corpus):
    assert corpus.names == ["nq", "techfaq"]
    assert corpus.passage_range == {"nq": (0, 20), "techfaq": (20, 40)}
    assert corpus.query_range == {"nq": (0, 20), "techfaq": (20, 40)}
    assert corpus.qrels["techfaq"].tolist() == [[20 + i, 20 + i, 1] for i in range(20)]


def test_a_passage_is_its_title_and_text(corpus, data, tokenizer):
    first = read_jsonl(data / "train" / "techfaq" / "corpus.jsonl")[0]
    assert corpus.passages[20].tolist() == tokenizer.encode(f"{first['title']} {first['text']}").ids
    assert len(corpus.passages) == len(corpus.queries) == 40


def test_each_query_is_trained_on_held_back_or_unused(corpus):
    uses = [2 if held_back(s, f"q{i}") else int(kept(s, f"q{i}")) for s in corpus.names for i in range(20)]
    assert np.array_equal(corpus.use, uses)
