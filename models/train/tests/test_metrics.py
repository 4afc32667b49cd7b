import numpy as np
import pytest

from mvp_train.metrics import ndcg


def test_the_ideal_order_scores_one():
    assert ndcg([3, 2, 1], np.array([2, 1, 0]), np.array([0, 1, 2])) == pytest.approx(1)


def test_gains_are_linear_and_discounted_by_rank():
    found = ndcg([1, 2, 3], np.array([2, 1, 0]), np.array([2, 1, 0]))
    assert found == pytest.approx((1 / np.log2(3) + 2 / np.log2(4)) / (2 + 1 / np.log2(3)))


def test_answers_that_were_not_retrieved_count_in_the_ideal():
    assert ndcg([1, 0], np.array([1, 0]), np.array([1, 1, 1])) < 0.5
    assert ndcg([1, 0], np.array([0, 0]), np.array([1])) == 0


def test_only_the_first_ten_count_and_negative_grades_count_as_zero():
    grades = np.array([*[0] * 10, 1])
    assert ndcg(-np.arange(11), grades, grades) == 0
    assert ndcg([2, 1], np.array([-2, 1]), np.array([-2, 1])) == pytest.approx(1 / np.log2(3))
    assert ndcg([1], np.array([0]), np.array([0])) == 0


def test_ties_keep_the_first_stages_order():
    assert ndcg(np.zeros(3), np.array([1, 0, 0]), np.array([1, 0, 0])) == 1
