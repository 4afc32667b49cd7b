"""The optimizer of a run."""

import torch


def adamw(model, scales, rates, fused):
    """AdamW with a `rate` a group, by which each step sets `lr`. Only the encoder's matrices decay.

    `scales`: learned weights of the fusion, which learn at the decoder's rate.
    """
    matrices = [p for n, p in model.bert.named_parameters() if p.ndim > 1 and "embeddings" not in n]
    rest = [p for n, p in model.bert.named_parameters() if p.ndim == 1 or "embeddings" in n]
    return torch.optim.AdamW(
        [
            {"params": matrices, "rate": rates["encoder"], "weight_decay": 0.01},
            {"params": rest, "rate": rates["encoder"], "weight_decay": 0.0},
            {"params": [*model.decoder.parameters(), scales], "rate": rates["decoder"], "weight_decay": 0.0},
            {"params": list(model.exits.parameters()), "rate": rates["exits"], "weight_decay": 0.0},
        ],
        lr=0.0,
        betas=(0.9, 0.98),
        fused=fused,
    )
