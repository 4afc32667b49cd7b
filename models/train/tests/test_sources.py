import pytest

from mvp_train.sources import SOURCES, held_back, kept


def test_pools_are_of_known_sources_and_contain_the_source_itself():
    for name, source in SOURCES.items():
        assert set(source.pool) <= set(SOURCES)
        assert name in source.pool
        assert source.weight > 0


def test_the_derived_source_comes_last():
    assert list(SOURCES)[-1] == "sentences"


@pytest.mark.parametrize(("source", "share"), [("docs", 1 / 3), ("openstax", 1 / 3), ("nq", 1 / 50)])
def test_a_fixed_share_of_queries_is_held_back(source, share):
    ids = [f"query {i}" for i in range(6000)]
    assert sum(held_back(source, id) for id in ids) / len(ids) == pytest.approx(share, rel=0.2)
    assert [held_back(source, id) for id in ids[:50]] == [held_back(source, id) for id in ids[:50]]


@pytest.mark.parametrize("source", ["nq", "squad", "acl"])
def test_a_fixed_share_of_queries_is_kept(source):
    ids = [f"query {i}" for i in range(6000)]
    assert sum(kept(source, id) for id in ids) / len(ids) == pytest.approx(SOURCES[source].keep_queries, rel=0.1)


def test_the_draw_does_not_change_between_runs():
    assert [i for i in range(60) if held_back("docs", f"q{i}")][:5] == [8, 10, 15, 17, 22]
    assert [i for i in range(60) if kept("squad", f"q{i}")][:5] == [8, 13, 15, 21, 23]
