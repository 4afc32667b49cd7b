import numpy as np
import pytest

from mvp_train.lists import SIZES, Lists, soft_target
from mvp_train.mine import mine
from mvp_train.prompts import CLS, SEP


@pytest.fixture
def lists(corpus, write_vectors, tmp_path):
    vectors = write_vectors("nq")
    mined = tmp_path / "mined"
    mined.mkdir()
    for source in corpus.names:
        np.savez(mined / f"{source}.npz", **mine(corpus, source, None, vectors))
    return Lists(corpus, str(mined), vectors, seed=1)


def test_sources_are_drawn_by_their_weight(lists):
    assert dict(zip(lists.names, lists.weights, strict=True)) == pytest.approx({"nq": 24 / 26, "techfaq": 2 / 26})


def test_every_trained_query_comes_once_before_any_comes_again(lists, corpus):
    trained = np.flatnonzero(corpus.use[:20] == 1)
    for _ in range(2):
        rows = [lists.next_row("nq") for _ in trained]
        assert sorted(lists.mined["nq"]["query"][rows]) == trained.tolist()


def test_a_list_has_its_positive_first_and_no_passage_that_answers(lists, corpus):
    for _ in range(60):
        drawn = lists.draw(64)
        prompts = drawn["prompts"]
        assert 2 <= len(prompts) <= max(SIZES)
        assert len(prompts) == len(drawn["similarity"]) == len(drawn["cosine"])
        bodies = [ids[segments == 1][:-1].tolist() for ids, segments in prompts]
        queries = [ids[segments == 0][5:-1].tolist() for ids, segments in prompts]
        assert all(query == queries[0] for query in queries)
        (query,) = [q for q in range(40) if corpus.queries[q].tolist() == queries[0]]
        assert bodies[0] == corpus.passages[query].tolist()
        assert bodies[0] not in bodies[1:]
        assert all(ids[0] == CLS and ids[-1] == SEP and len(ids) <= 64 for ids, _ in prompts)


def test_the_same_seed_draws_the_same_lists(lists, corpus, tmp_path):
    other = Lists(corpus, str(tmp_path / "mined"), str(tmp_path), seed=1)
    for _ in range(5):
        ours, theirs = lists.draw(96), other.draw(96)
        assert [ids.tolist() for ids, _ in ours["prompts"]] == [ids.tolist() for ids, _ in theirs["prompts"]]


def test_texts_alone_are_half_queries_and_half_passages_with_vectors(lists, corpus):
    drawn = [text.tolist() for text in lists.draw_texts(10)]
    queries = [corpus.queries[i].tolist() for i in range(20)]
    passages = [corpus.passages[i].tolist() for i in range(20)]
    assert all(text in queries for text in drawn[:5])
    assert all(text in passages for text in drawn[5:])


def test_soft_targets_are_distributions_over_the_list():
    similarity = np.array([[0.8, 0.7, 0.1, 0.0], [0.2, 0.9, 0.0, 0.0]])
    mask = np.array([[True, True, True, True], [True, True, False, False]])
    target = soft_target(similarity, mask, 0.7)
    assert target.sum(1) == pytest.approx([1, 1])
    assert (target[~mask] == 0).all()
    assert target[0, 0] > 0.7
    assert (np.diff(target[0]) < 0).all()
    # The one-hot share holds even where the teacher prefers another passage.
    assert target[1] == pytest.approx([0.7, 0.3, 0, 0], abs=1e-4)
