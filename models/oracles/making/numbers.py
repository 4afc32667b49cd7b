"""Random weights, and the arithmetic that all families share."""

import torch

SPREAD = 6.0  # of the scores of the longest list: highest minus lowest


def randomize(parameters, generator):
    """Weights that keep activations near one and make attention and scores uneven, so that a mistake anywhere is seen."""
    for name, tensor in parameters:
        noise = torch.randn(tensor.shape, generator=generator)
        if name.endswith("norm.weight") or name.endswith("LayerNorm.weight"):
            tensor.data = 1 + 0.2 * noise
        elif name.endswith(".bias"):
            tensor.data = 0.1 * noise
        elif "embed" in name or "shared" in name or "relative_attention_bias" in name:
            tensor.data = noise
        else:
            tensor.data = noise * tensor.shape[-1] ** -0.5


def rounded(tensor, dtype):
    return tensor.to(dtype).to(torch.float32)


def short(tensor):
    return [float(f"{x:.8g}") for x in tensor.tolist()] if tensor.dim() == 1 else [short(row) for row in tensor]


def spread(scores):
    return (scores.max() - scores.min()).item()


def score(vectors, anchor_of):
    """Steps 3 and 4. vectors: [n, m, d]; anchor_of(k, [n, d]) gives view k's anchor."""
    views = vectors.shape[1]
    anchors = torch.stack([anchor_of(k, vectors[:, k]) for k in range(views)])
    view_scores = torch.einsum("md,nmd->mn", anchors, vectors)
    return {"vectors": vectors, "anchors": anchors, "viewScores": view_scores, "scores": view_scores.mean(0)}


def scale_last_norm(norm, dtype, results):
    """Scores are linear in the decoder's last norm: scale it so that they spread as the trained models' do."""
    widest = max(spread(r["scores"]) for r in results())
    norm.weight.data = rounded(norm.weight.data * (SPREAD / widest), dtype)
