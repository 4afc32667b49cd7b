import pytest

from mvp_train.weakness_pairs import PAIRS, list_of


@pytest.mark.parametrize("kind", PAIRS)
def test_each_pair_is_ranked_among_two_others(kind):
    pairs = PAIRS[kind]
    for i, (_, right, wrong) in enumerate(pairs):
        texts = list_of(pairs, i)
        assert texts[:2] == [right, wrong]
        assert len(set(texts)) == 6


def test_queries_and_passages_occur_once():
    queries = [query for pairs in PAIRS.values() for query, _, _ in pairs]
    passages = [text for pairs in PAIRS.values() for pair in pairs for text in pair[1:]]
    assert len(set(queries)) == len(queries)
    assert len(set(passages)) == len(passages)
