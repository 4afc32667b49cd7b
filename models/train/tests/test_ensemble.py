import numpy as np
import pytest

from mvp_train.ensemble import added, mean_ndcg


def row(cosine, late, qid="1", first=(3.0, 2.0, 1.0)):
    return {"qid": qid, "cosine": cosine, "late": late, "first": list(first), "grades": [0, 1, 0], "judged": [1]}


def test_each_reader_counts_alike_whatever_its_spread():
    wide, narrow = row([0.0, 9.0, 0.0], [0.0, 0.0, 0.0]), row([0.70, 0.70, 0.71], [0.0, 0.0, 0.0])
    total = added([wide, narrow], {"cosine": 1})
    assert total[1] == pytest.approx(total[2]) and total[0] < total[1]


def test_the_first_stage_counts_once():
    one = row([0.0, 0.0, 0.0], [0.0, 0.0, 0.0])
    assert np.allclose(added([one], {"first": 1}), added([one, one], {"first": 1}))


def test_means_are_over_the_queries():
    found = row([0.1, 0.9, 0.2], [0.1, 0.9, 0.2])
    missed = row([0.9, 0.1, 0.8], [0.1, 0.9, 0.2], qid="2")
    means = mean_ndcg([[found, missed]])
    assert means["late"] == 1 and means["cosine"] == pytest.approx((1 + 0.5) / 2, abs=1e-4)


def test_dumps_of_other_queries_are_refused():
    with pytest.raises(SystemExit, match="differ at 1"):
        mean_ndcg([[row([1, 2, 3], [1, 2, 3])], [row([1, 2, 3], [1, 2, 3], qid="7")]])
