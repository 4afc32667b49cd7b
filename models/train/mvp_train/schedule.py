"""How a run changes as it progresses: the length of its prompts and its learning rate."""

LENGTHS = [(0.45, 64), (0.85, 96), (1.0, 144)]  # up to this progress, prompts of at most so many tokens
WARM_UP_STEPS, DECAY_FROM = 50, 0.3


def prompt_length(progress):
    return next(length for until, length in LENGTHS if progress <= until)


def rate_factor(progress, steps_since_start):
    """Warm up (again after every resume), hold, then fall linearly to nearly nothing."""
    decay = 1.0 if progress < DECAY_FROM else max(0.02, (1 - progress) / (1 - DECAY_FROM))
    return decay * min(1.0, (steps_since_start + 1) / WARM_UP_STEPS)
