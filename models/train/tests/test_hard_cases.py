import re

import pytest

from mvp_train.hard_cases import KINDS, TEST, TRAIN, pairs


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_40_pairs_to_test_with_and_as_many_to_train_on(kind):
    for part in (TRAIN, TEST):
        found = pairs(kind, part)
        assert len(found) >= 40
        assert len({query for query, _, _ in found}) == len(found)
        assert all(right != wrong for _, right, wrong in found)


@pytest.mark.parametrize("kind", KINDS)
def test_training_shares_no_query_and_no_passage_with_the_test(kind):
    train, test = (({text for pair in pairs(kind, part) for text in pair}) for part in (TRAIN, TEST))
    assert not train & test


def test_the_right_number_is_on_the_side_that_the_query_asks_for():
    for part in (TRAIN, TEST):
        for query, right, wrong in pairs("numbers", part):
            bound, yes, no = (int(re.search(r"\d+", text)[0]) for text in (query, right, wrong))
            assert (yes < bound < no) if re.search("under|fewer|before", query) else (no < bound < yes)
