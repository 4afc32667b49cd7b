"""Late interaction of queries with passages, as src/engine/lateInteraction.ts computes it from 8-bit vectors."""

import torch


def late_interaction(asked, own, hidden, there):
    """Mean over the query's tokens of the best cosine among the passage's tokens → [n].

    `asked` [n, Q, d] and `hidden` [n, P, d] have unit length; `own` [n, Q] and `there` [n, P] say which tokens count.
    """
    with torch.autocast(asked.device.type, enabled=False):
        best = (asked.float() @ hidden.float().transpose(1, 2)).masked_fill(~there[:, None, :], -1.0).amax(-1)
    return (best * own).sum(-1) / own.sum(-1).clamp(min=1)
