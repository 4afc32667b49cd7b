"""A corpus of 40 sentences, prepared with a tokenizer that gives every word an id of its own."""

import json
import re
from types import SimpleNamespace

import make_corpus
import numpy as np
import pytest

from mvp_train.corpus import Corpus
from mvp_train.prepare import prepare


class WordTokenizer:
    """Stands for the tokenizers library: ids from 1000 on, in order of appearance."""

    def __init__(self):
        self.ids = {}

    def encode(self, text):
        words = re.findall(r"\w+", text.lower())
        return SimpleNamespace(ids=[self.ids.setdefault(word, 1000 + len(self.ids)) for word in words])

    def encode_batch(self, texts, add_special_tokens):
        assert not add_special_tokens
        return list(map(self.encode, texts))


@pytest.fixture(scope="session")
def tokenizer():
    return WordTokenizer()


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    make_corpus.main(str(folder))
    return folder


@pytest.fixture(scope="session")
def tokens(data, tokenizer, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tokens")
    for source in ("nq", "techfaq"):
        prepare(str(data / "train" / source), source, tokenizer, str(folder))
    return folder


@pytest.fixture(scope="session")
def corpus(tokens):
    return Corpus(str(tokens))


@pytest.fixture
def write_vectors(corpus, tmp_path):
    """Writes vectors of a source's texts: random directions, in which a passage of a query resembles the query."""

    def write(source, width=384, change=lambda queries, passages: None):
        random = np.random.default_rng(3)
        n = np.diff(corpus.query_range[source])[0]
        queries = random.normal(size=(n, width)).astype(np.float32)
        passages = queries + 0.5 * random.normal(size=(n, width)).astype(np.float32)
        change(queries, passages)
        np.savez(tmp_path / f"{source}.npz", queries=queries.astype(np.float16), passages=passages.astype(np.float16))
        return str(tmp_path)

    return write


@pytest.fixture
def read_lines():
    return lambda path: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
