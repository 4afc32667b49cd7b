import numpy as np

from mvp_train.datasets import read_jsonl
from mvp_train.held_back import HELD_BACK, lines_of, texts_of


def test_held_back_queries_have_their_first_stage_and_judgements(corpus, data, monkeypatch):
    monkeypatch.setattr(corpus, "use", np.full(40, HELD_BACK, np.uint8))
    queries = read_jsonl(data / "train" / "techfaq" / "queries.jsonl")
    lines = list(lines_of(corpus, "techfaq", texts_of(corpus, str(data / "train")), queries, 5))
    assert len(lines) == 5
    passages = read_jsonl(data / "train" / "techfaq" / "corpus.jsonl")
    for line in lines:
        number = int(line["qid"].removeprefix("techfaq:"))
        assert line["q_text"] == queries[number]["text"]
        assert line["qrels"] == {str(20 + number): 1}
        results = line["bm25_results"]
        assert str(20 + number) in [result["pid"] for result in results]
        scores = [result["bm25_score"] for result in results]
        assert scores == sorted(scores, reverse=True)
        assert min(scores) > 0
        for result in results:
            assert result["text"] == passages[int(result["pid"]) - 20]["text"]


def test_queries_that_are_trained_on_are_left_out(corpus, data, monkeypatch):
    monkeypatch.setattr(corpus, "use", np.ones(40, np.uint8))
    queries = read_jsonl(data / "train" / "nq" / "queries.jsonl")
    assert list(lines_of(corpus, "nq", texts_of(corpus, str(data / "train")), queries, 5)) == []
