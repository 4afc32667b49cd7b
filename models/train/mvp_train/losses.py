"""Losses of a training step.

Every list loss is a cross-entropy between a target distribution over the list and the softmax of its scores.
"""

import numpy as np
import torch
from torch.nn import functional as F

from .lists import soft_target
from .model import anchor_cosines
from .prompts import PAD

ONE_HOT = 0.7  # of a target; the teachers' share is larger only while the model knows less than they do
EXIT_NAMES = ["exit first", "exit middle", "exit"]
WEIGHTS = {
    "exit": 1.0,  # the last one
    "exit middle": 0.5,
    "exit first": 0.3,
    "views": 0.3,  # each view must rank by itself: losing one then costs little
    "fused": 0.6,  # score + w · embedder cosine: teaches what the embedder misses
    "anchors": 0.5,  # mean squared cosine between anchors of different views
    # 1 - cosine to the original embedder's vector of a text, and to its vector of each token. A weight of 20 for texts
    # let them drift to 0.02, which cost 2.6 points of dl21 as an embedder; 50 let them drift to 0.01. Late interaction
    # lost as much, so the tokens are held too.
    "embed": 60.0,
    "tokens": 30.0,
}


def stack(rows, width):
    out = np.zeros((len(rows), width), np.float32)
    for i, row in enumerate(rows):
        out[i, : len(row)] = row
    return out


def cross_entropy(scores, mask, target):
    logits = scores.masked_fill(~mask, -1e9)
    return -(target * F.log_softmax(logits, -1)).sum(-1).mean()


def embedding_losses(model, embedder, ids):
    """How far texts alone [B, S] have moved from what the original embedder makes of them."""
    mask = (ids != PAD).unsqueeze(-1).float()
    with torch.no_grad():
        wanted = embedder.tokens(ids)
    given = model.tokens(ids)

    def mean(hidden):
        return F.normalize((hidden * mask).sum(1), dim=-1)

    each = F.cosine_similarity(given, wanted, dim=-1).unsqueeze(-1)
    return {"embed": 1 - (mean(given) * mean(wanted)).sum(-1).mean(), "tokens": 1 - (each * mask).sum() / mask.sum()}


def list_losses(model, vectors, lists, fusion_log_weight):
    """`vectors`: {exit: [all prompts, views, d]} in the order of the lists. → losses by name, and figures to log."""
    sizes = [len(x["prompts"]) for x in lists]
    width, device = max(sizes), fusion_log_weight.device
    filled = np.arange(width)[None] < np.array(sizes)[:, None]
    target = soft_target(stack([x["similarity"] for x in lists], width), filled, ONE_HOT)
    mask, target = torch.from_numpy(filled).to(device), torch.from_numpy(target).to(device)
    cosine = torch.from_numpy(stack([x["cosine"] for x in lists], width)).to(device)
    scores, losses, overlaps = {}, {}, []
    for e, name in reversed(list(zip(model.depths, EXIT_NAMES, strict=True))):
        flat = vectors[e]
        padded = flat.new_zeros(len(lists), width, *flat.shape[1:])
        padded[mask] = flat
        views, anchors = model.score(padded, mask)
        scores[e] = views.mean(-1)
        overlaps.append(anchor_cosines(anchors))
        if e == model.depths[-1]:
            losses[name] = cross_entropy(scores[e], mask, target)
            losses["views"] = torch.stack(
                [cross_entropy(views[..., k], mask, target) for k in range(views.shape[-1])]
            ).mean()
            losses["fused"] = cross_entropy(scores[e] + fusion_log_weight.exp() * cosine, mask, target)
            # Shallow exits also learn from what the deepest one sees now.
            shared = (target + scores[e].detach().masked_fill(~mask, -1e9).softmax(-1)) / 2
        else:
            losses[name] = cross_entropy(scores[e], mask, shared)
    losses["anchors"] = torch.stack(overlaps).square().mean()
    with torch.no_grad():
        figures = {
            f"first{e}": (scores[e].masked_fill(~mask, -1e9).argmax(-1) == 0).float().mean().item() for e in scores
        }
        embedded = cosine.any(-1)
        first = cosine.masked_fill(~mask, -2).argmax(-1) == 0
        figures["embedder_first"] = (first & embedded).sum().item() / max(1, embedded.sum().item())
        figures["anchor_cosine"] = overlaps[0].abs().mean().item()
    return losses, figures
