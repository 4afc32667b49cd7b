"""all-mpnet-base-v2 in plain torch: an embedder, and with a head of its own a cross-encoder, the teacher.

Its vocabulary is BERT's moved up by 4, so the student's token ids serve.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

BOS, PAD, EOS, SHIFT = 0, 1, 2, 4
HEADS, LAYERS, WIDTH = 12, 12, 768
BUCKETS, FAR = 32, 128


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        for name in "qkvo":
            setattr(self, name, nn.Linear(WIDTH, WIDTH))
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH, eps=1e-5), nn.LayerNorm(WIDTH, eps=1e-5)

    def forward(self, x, bias):
        def split(y):
            return y.view(*y.shape[:2], HEADS, -1).transpose(1, 2)

        mixed = F.scaled_dot_product_attention(split(self.q(x)), split(self.k(x)), split(self.v(x)), attn_mask=bias)
        # Autocast's norms give single precision; carried on, it would double what every step between moves.
        x = self.norm1(x + self.o(mixed.transpose(1, 2).reshape(x.shape))).to(x.dtype)
        return self.norm2(x + self.down(F.gelu(self.up(x)))).to(x.dtype)


class MpNet(nn.Module):
    def __init__(self, layers=LAYERS):
        super().__init__()
        self.words, self.positions = nn.Embedding(30527, WIDTH), nn.Embedding(514, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-5)
        self.distances = nn.Embedding(BUCKETS, HEADS).requires_grad_(False)
        self.layers = nn.ModuleList([Layer() for _ in range(layers)])
        self.dense, self.out = nn.Linear(2 * WIDTH, WIDTH), nn.Linear(WIDTH, 1)
        nn.init.normal_(self.out.weight, std=0.01)
        nn.init.zeros_(self.out.bias)

    def bias(self, mask):
        n = mask.shape[1]
        at = torch.arange(n, device=mask.device)
        distance = at[:, None] - at[None]  # to the left, positive
        half, exact = BUCKETS // 2, BUCKETS // 4
        far = (
            (exact + (distance.abs().clamp(min=1) / exact).log() / math.log(FAR / exact) * (half - exact))
            .long()
            .clamp(max=half - 1)
        )
        bucket = torch.where(distance < 0, half, 0) + torch.where(distance.abs() < exact, distance.abs(), far)
        padding = torch.where(mask, 0.0, -1e4)[:, None, None, :]
        return self.distances(bucket).permute(2, 0, 1)[None] + padding

    def forward(self, ids):
        mask = ids != PAD
        place = torch.arange(2, ids.shape[1] + 2, device=ids.device)
        x = self.norm(self.words(ids) + self.positions(place))
        dtype = torch.get_autocast_dtype(x.device.type) if torch.is_autocast_enabled(x.device.type) else x.dtype
        # Contiguous: of any other layout the fused attention kernels take none.
        x, bias = x.to(dtype), self.bias(mask).to(dtype).contiguous()
        for layer in self.layers:
            x = layer(x, bias)
        return x, mask.unsqueeze(-1)

    def embed(self, ids):
        x, mask = self(ids)
        return F.normalize((x.float() * mask).sum(1) / mask.sum(1), dim=-1)

    def score(self, ids):
        x, mask = self(ids)
        mean = (x.float() * mask).sum(1) / mask.sum(1)
        inner = F.gelu(self.dense(torch.cat([x[:, 0], mean.to(x.dtype)], -1)))
        with torch.autocast(x.device.type, enabled=False):
            return self.out(inner.float()).squeeze(-1)


def shifted(ids):
    """The student's ids of a text alone → MPNet's."""
    out = ids + SHIFT
    return torch.where(ids == 0, PAD, torch.where(ids == 101, BOS, torch.where(ids == 102, EOS, out)))


def pair_ids(prompts, rows):
    """<s> query </s></s> passage </s> of what `Prompts` found; its five leading tokens give way to one."""
    ids, _ = prompts.ids(rows)
    out = shifted(ids)[:, 3:]
    out = F.pad(out, (0, -out.shape[1] % 8), value=PAD)
    length = prompts.q_length[rows][:, None]
    at = torch.arange(out.shape[1], device=out.device)[None]
    # Query one place to the left: two free places at the head become the beginning and room for the second separator.
    moved = torch.where(at <= length, torch.roll(out, -1, 1), out)
    moved = torch.where((at == length + 1) | (at == length + 2), EOS, moved)
    moved[:, 0] = BOS
    return moved


LEAVES = {
    "attention.attn.q": "q",
    "attention.attn.k": "k",
    "attention.attn.v": "v",
    "attention.attn.o": "o",
    "attention.LayerNorm": "norm1",
    "intermediate.dense": "up",
    "output.dense": "down",
    "output.LayerNorm": "norm2",
}


def names():
    """Our parameter → the checkpoint's."""
    found = {
        "words.weight": "embeddings.word_embeddings.weight",
        "positions.weight": "embeddings.position_embeddings.weight",
        "distances.weight": "encoder.relative_attention_bias.weight",
    }
    pairs = [("norm", "embeddings.LayerNorm")]
    pairs += [
        (f"layers.{i}.{ours}", f"encoder.layer.{i}.{theirs}") for i in range(LAYERS) for theirs, ours in LEAVES.items()
    ]
    for ours, theirs in pairs:
        for kind in ("weight", "bias"):
            found[f"{ours}.{kind}"] = f"{theirs}.{kind}"
    return found
