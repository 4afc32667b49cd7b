import numpy as np
import pytest

from mvp_train.rounding import BLOCK, in_4_bits, in_8_bits, is_rounded


@pytest.fixture
def rows():
    return np.random.default_rng(1).normal(size=(16, 4 * BLOCK)).astype(np.float32)


def test_8_bits_keep_the_largest_weight_and_miss_no_other_by_more_than_half_a_step(rows):
    rounded, step = in_8_bits(rows), np.abs(rows).max(1, keepdims=True) / 127
    assert (np.abs(rounded - rows) <= step / 2 + 1e-6).all()
    assert np.allclose(np.abs(rounded).max(1), np.abs(rows).max(1))
    assert (in_8_bits(np.zeros((2, BLOCK), np.float32)) == 0).all()


def test_4_bits_have_16_levels_a_block(rows):
    for block in in_4_bits(rows).reshape(-1, BLOCK):
        assert len(np.unique(block)) <= 16


def test_4_bits_lose_less_than_the_scale_that_just_fits(rows):
    blocks = rows.reshape(-1, BLOCK)
    scale = np.abs(blocks).max(1, keepdims=True) / 7
    fitting = np.round(blocks / scale) * scale
    error = np.square(in_4_bits(rows).reshape(-1, BLOCK) - blocks).sum(1)
    assert error.sum() < 0.95 * np.square(fitting - blocks).sum()


def test_what_4_bits_can_hold_stays(rows):
    once = in_4_bits(rows)
    assert np.allclose(in_4_bits(once), once, atol=1e-6)
    assert (in_4_bits(np.zeros((1, BLOCK), np.float32)) == 0).all()


def test_tables_of_positions_and_types_are_not_rounded():
    assert is_rounded("encoder.layer.0.output.dense.weight", (384, 1536))
    assert is_rounded("embeddings.word_embeddings.weight", (30522, 384))
    assert not is_rounded("embeddings.position_embeddings.weight", (512, 384))
    assert not is_rounded("encoder.layer.0.output.dense.bias", (384,))
