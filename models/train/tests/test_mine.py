import numpy as np
import pytest

from mvp_train.bm25 import bm25_matrix, query_matrix, top
from mvp_train.corpus import Texts
from mvp_train.gpu.lexical import best, candidates
from mvp_train.mine import mine


@pytest.fixture
def texts():
    rows = [[1, 2, 2], [2, 3], [1, 4, 5, 6, 7], *([1, 10 + i] for i in range(17))]
    flat = np.array([i for row in rows for i in row], np.uint16)
    return Texts([(flat, np.concatenate([[0], np.cumsum([len(row) for row in rows])]))])


def test_bm25_follows_its_formula_and_ignores_frequent_pieces(texts):
    matrix = bm25_matrix(texts, np.arange(20), 40).toarray()
    assert not matrix[:, 1].any()  # 19 of 20 passages contain it
    mean = np.mean([3, 2, 5, *[2] * 17])
    idf = np.log(1 + (20 - 2 + 0.5) / (2 + 0.5))
    for row, count, length in ((0, 2, 3), (1, 1, 2)):
        expected = idf * count / (count + 0.9 * (1 - 0.4 + 0.4 * length / mean))
        assert matrix[row, 2] == pytest.approx(expected, rel=1e-5)


def test_a_query_counts_each_piece_once(texts):
    assert query_matrix(texts, [0], 40).toarray().nonzero()[1].tolist() == [1, 2]
    words = bm25_matrix(texts, np.arange(20), 40)
    scores = (query_matrix(texts, [0], 40) @ words.T).toarray()
    assert set(top(scores, 2)[0]) == {0, 1}
    assert top(scores, 99).shape == (1, 20)


def test_the_best_columns_come_in_order_and_only_where_words_match():
    scores = np.array([[0.0, 3.0, 1.0, 2.0], [0.0, 0.0, 5.0, 0.0]])
    assert best(scores, 3).tolist() == [[1, 3, 2], [2, -1, -1]]


def test_candidates_are_numbers_of_the_corpus(corpus):
    pool = np.arange(20, 40)
    words = bm25_matrix(corpus.passages, pool).T.tocsr()
    found = candidates(corpus, pool, words, np.arange(20, 40), 30)
    assert found.shape == (20, 30)
    assert set(found[found >= 0]) <= set(pool)
    # Questions share words with their passage.
    assert np.mean([q in row[:3] for q, row in zip(range(20, 40), found, strict=True)]) > 0.7


def test_without_vectors_bm25_mines_alone_and_targets_are_one_hot(corpus, tmp_path):
    found = mine(corpus, "techfaq", None, str(tmp_path))
    trained = [q for q in range(20, 40) if corpus.use[q] > 0]
    assert found["query"].tolist() == trained
    assert found["positive"].tolist() == trained
    assert (found["similarity"] == (np.arange(41) == 0)).all()
    for positive, negatives in zip(found["positive"], found["negatives"], strict=True):
        real = negatives[negatives >= 0]
        assert positive not in real
        assert len(set(real)) == len(real)


def test_with_vectors_the_nearest_come_first(corpus, write_vectors):
    found = mine(corpus, "nq", None, write_vectors("nq"))
    ranked = found["similarity"].astype(np.float32)
    there = found["negatives"] >= 0
    assert there.sum(1).min() > 0
    assert (np.diff(ranked[:, 1:]) <= 0)[there[:, 1:]].all()
    assert (ranked[:, 0] > ranked[:, 1]).all()


def test_likely_answers_and_duplicates_are_no_negatives(corpus, write_vectors):
    def change(queries, passages):
        passages[1] = passages[0] * 2 + 0.01  # says the same as the answer of query 0
        passages[3] = queries[2]  # nearer to query 2 than 1.25 times its answer
        passages[2] = queries[2] + 1.0 * np.random.default_rng(0).normal(size=queries.shape[1])

    unfiltered = mine(corpus, "nq", None, write_vectors("nq"))
    filtered = mine(corpus, "nq", None, write_vectors("nq", change=change))
    assert 1 in unfiltered["negatives"][0]
    assert 1 not in filtered["negatives"][0]
    assert 3 in unfiltered["negatives"][2]
    assert 3 not in filtered["negatives"][2]


def test_a_query_whose_answer_the_vectors_do_not_find_is_left_out(corpus, write_vectors, monkeypatch):
    monkeypatch.setattr("mvp_train.mine.LOST_POSITIVE", 5)

    def change(queries, passages):
        passages[4] = -queries[4]

    found = mine(corpus, "nq", None, write_vectors("nq", change=change))
    assert 4 not in found["query"]
    assert 5 in found["query"]
