import pytest

from mvp_train.schedule import DECAY_FROM, WARM_UP_STEPS, prompt_length, rate_factor


@pytest.mark.parametrize(("progress", "length"), [(0, 64), (0.45, 64), (0.5, 96), (0.85, 96), (0.9, 144), (1.0, 144)])
def test_prompts_grow_with_progress(progress, length):
    assert prompt_length(progress) == length


def test_the_rate_warms_up_after_every_start_then_holds_then_falls():
    assert rate_factor(0, 0) == pytest.approx(1 / WARM_UP_STEPS)
    assert rate_factor(0.1, WARM_UP_STEPS) == 1
    assert rate_factor(DECAY_FROM, WARM_UP_STEPS) == 1
    assert rate_factor((1 + DECAY_FROM) / 2, WARM_UP_STEPS) == pytest.approx(0.5)
    assert rate_factor((1 + DECAY_FROM) / 2, WARM_UP_STEPS // 2 - 1) == pytest.approx(0.25)
    assert rate_factor(1.0, WARM_UP_STEPS) == 0.02
