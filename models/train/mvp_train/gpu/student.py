"""Trains the reranker on a GPU: lists of one size a step, built in device memory, with targets softened by the teacher.

Besides the losses of `mvp_train.losses`, the weights as an embedder learn from the teacher: half of the lists are also
read as texts alone. Their cosines and late interaction are held to the same targets, and their vectors to those of the
original embedder.
"""

import copy
import math
import time

import torch
from torch.nn import functional as F

from ..losses import EXIT_NAMES
from ..model import anchor_cosines
from ..optimizer import adamw
from ..prompts import CLS, PAD, SEP
from .dev_sets import measure
from .late_interaction import late_interaction
from .pools import NONE
from .texts import Prompts, alone, by_length, rounded

RATES = {"encoder": 1.2e-4, "decoder": 5e-4, "exits": 1e-3}
LENGTHS = [(0.55, 128), (0.85, 192), (1.0, 256)]  # up to this progress, prompts of at most so many tokens
TEXT_LENGTHS = [(0.85, 128), (1.0, 192)]
SIZES = [(8, 6), (16, 12), (16, 10), (32, 20)]  # passages a list, and how many of them are mined
ONE_HOT, TEMPERATURE = 0.25, 1.5
WEIGHTS = {
    "exit": 1.0,  # the last one
    "exit middle": 0.5,
    "exit first": 0.3,
    "views": 0.3,
    "anchors": 0.5,
    "fused": 0.5,
    "cosine": 0.2,
    "late": 0.5,
    "embed": 40.0,
    "tokens": 8.0,
}
WARM_UP, DECAY_FROM = 60, 0.15
CHUNK_TOKENS = 65536
EMA_EVERY, EMA = 8, 0.96


def at_progress(table, progress):
    return next(value for until, value in table if progress <= until)


def cross_entropy(scores, target):
    return -(target * F.log_softmax(scores.float(), -1)).sum(-1).mean()


class Student:
    def __init__(self, model, original, pools, teacher, queries, passages, device, sequences_a_step):
        """`teacher`: logits [rows, KEPT + 1], -inf where not known."""
        self.model, self.original, self.pools, self.teacher = model, original, pools, teacher
        self.queries, self.passages, self.device, self.sequences_a_step = queries, passages, device, sequences_a_step
        self.bf16 = device == "cuda"
        # Learned: the temperature of cosines and of late interaction, by themselves and beside the MVP score.
        self.scales = torch.nn.Parameter(torch.tensor([math.log(v) for v in (20.0, 40.0, 5.0, 15.0)], device=device))
        self.optimizer = adamw(model, self.scales, RATES, fused=device == "cuda")
        self.ema = copy.deepcopy(model).requires_grad_(False)
        self.sequences = self.steps = 0

    def autocast(self):
        """For the encoder alone: scores and cosines need more digits than bf16 has."""
        return torch.autocast(self.device, torch.bfloat16, enabled=self.bf16)

    def draw(self):
        size, mined = SIZES[self.pools.random.integers(len(SIZES))]
        rows = self.pools.rows(self.sequences_a_step // size)
        passages, columns = self.pools.lists(rows, size, mined)
        known = self.teacher[rows].gather(1, columns.clamp(min=0)).masked_fill(columns == NONE, -math.inf)
        least = known.masked_fill(known == -math.inf, 1e9).amin(1, keepdim=True)
        logits = torch.where(
            known == -math.inf, least - 3, known
        )  # of fillers, and of the few that the teacher did not read
        target = (logits / TEMPERATURE).softmax(-1)
        # A derived source's labels are the embedder's choice; the teacher's alone count there.
        one_hot = torch.where(self.untrusted(rows), 0.0, ONE_HOT)[:, None]
        target = target * (1 - one_hot)
        target[:, :1] += one_hot
        return rows, passages, target

    def untrusted(self, rows):
        if "sentences" not in self.pools.names:
            return torch.zeros_like(rows, dtype=torch.bool)
        return self.pools.source[rows] == self.pools.names.index("sentences")

    def list_losses(self, rows, passages, target, limit):
        lists, size = passages.shape
        window = (torch.rand(lists, device=self.device) < 0.4).repeat_interleave(size)
        prompts = Prompts(
            self.queries,
            self.passages,
            self.pools.query[rows].repeat_interleave(size),
            passages.flatten(),
            limit,
            window,
        )
        parts, order = [], []
        for part in by_length(prompts.total, CHUNK_TOKENS):
            with self.autocast():
                parts.append(self.model.relevance(*prompts.ids(part)))
            order.append(part)
        back = torch.cat(order).argsort()
        losses, overlaps, scores, depths = {}, [], {}, self.model.depths
        every = torch.ones(lists, size, dtype=torch.bool, device=self.device)
        for e, name in reversed(list(zip(depths, EXIT_NAMES, strict=True))):
            vectors = torch.cat([p[e] for p in parts])[back].view(lists, size, *parts[0][e].shape[1:])
            views, anchors = self.model.score(vectors, every)
            scores[e] = views.float().mean(-1)
            overlaps.append(anchor_cosines(anchors))
            shared = target if e == depths[-1] else (target + scores[depths[-1]].detach().softmax(-1)) / 2
            losses[name] = cross_entropy(scores[e], shared)
            if e == depths[-1]:
                losses["views"] = torch.stack(
                    [cross_entropy(views[..., k], target) for k in range(views.shape[-1])]
                ).mean()
        losses["anchors"] = torch.stack(overlaps).square().mean()
        self.sequences += lists * size
        return losses, scores[depths[-1]], overlaps[0].abs().mean()

    def read_alone(self, texts, numbers, limit):
        """→ token vectors [n, width, d] of unit length, their ids, their mean, and distances from the original.

        Only every other chunk is compared with the original embedder.
        """
        lengths = texts.lengths[numbers].clamp(max=limit - 2) + 2
        width = rounded(lengths.max())
        parts, order, moved = [], [], []
        for i, part in enumerate(by_length(lengths, CHUNK_TOKENS // 2)):
            ids = alone(texts, numbers[part], limit)
            mask = (ids != PAD).unsqueeze(-1)

            def pooled(hidden, mask=mask):
                return F.normalize((hidden * mask).sum(1), dim=-1)

            with self.autocast():
                hidden = self.model.tokens(ids)
            unit, mean = F.normalize(hidden, dim=-1), pooled(hidden)
            if (i + self.steps) % 2 == 0:
                with torch.no_grad(), self.autocast():
                    wanted = self.original.tokens(ids)
                tokens = ((unit * F.normalize(wanted, dim=-1)).sum(-1, keepdim=True) * mask).sum() / mask.sum()
                moved.append(torch.stack([1 - (mean * pooled(wanted)).sum(-1).mean(), 1 - tokens]))
            grow = width - ids.shape[1]
            parts.append((F.pad(unit, (0, 0, 0, grow)), F.pad(ids, (0, grow)), mean))
            order.append(part)
        back = torch.cat(order).argsort()
        return *(torch.cat([p[k] for p in parts])[back] for k in range(3)), moved

    def alone_losses(self, rows, passages, target, mvp, limit):
        """Of the first half of the lists, read as texts alone."""
        n = max(1, len(rows) // 2)
        size = passages.shape[1]
        q_unit, q_ids, q_mean, q_moved = self.read_alone(self.queries, self.pools.query[rows[:n]], limit)
        unit, ids, mean, moved = self.read_alone(self.passages, passages[:n].flatten(), limit)
        cosine = torch.einsum("ld,lsd->ls", q_mean, mean.view(n, size, -1))
        own = (q_ids != PAD) & (q_ids != CLS) & (q_ids != SEP)

        def each(x):
            return x.repeat_interleave(size, 0)

        late = late_interaction(each(q_unit), each(own), unit, ids != PAD).view(n, size)
        scale = self.scales.exp()
        losses = {
            "cosine": cross_entropy(scale[0] * cosine, target[:n]),
            "late": cross_entropy(scale[1] * late, target[:n]),
            "fused": cross_entropy(mvp[:n] + scale[2] * cosine + scale[3] * late, target[:n]),
        }
        if moved or q_moved:
            losses["embed"], losses["tokens"] = torch.stack(moved + q_moved).mean(0)
        return losses

    def step(self, progress):
        decay = 1.0 if progress < DECAY_FROM else max(0.0, (1 - progress) / (1 - DECAY_FROM))
        for group in self.optimizer.param_groups:
            group["lr"] = group["rate"] * decay * min(1.0, (self.steps + 1) / WARM_UP)
        rows, passages, target = self.draw()
        losses, mvp, overlap = self.list_losses(rows, passages, target, at_progress(LENGTHS, progress))
        losses.update(self.alone_losses(rows, passages, target, mvp, at_progress(TEXT_LENGTHS, progress)))
        sum(WEIGHTS[name] * value for name, value in losses.items()).backward()
        torch.nn.utils.clip_grad_norm_([p for g in self.optimizer.param_groups for p in g["params"]], 3.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.steps += 1
        if self.steps % EMA_EVERY == 0:
            with torch.no_grad():
                own = [p for p in self.model.state_dict().values() if p.is_floating_point()]
                mean = [p for p in self.ema.state_dict().values() if p.is_floating_point()]
                torch._foreach_lerp_(mean, own, 1 - min(EMA, self.steps / (self.steps + 10 * EMA_EVERY)))
        first = (mvp.argmax(-1) == 0).float().mean()
        figures = {f"first{self.model.depths[-1]}": first, "anchor_cosine": overlap.detach()}
        return {**{k: v.detach() for k, v in losses.items()}, **figures}

    def run(self, seconds, log, devs=(), evaluate_every=0.34, save=None):
        began, window, next_eval = time.time(), [], evaluate_every
        paused = 0.0
        while (progress := (time.time() - began - paused) / seconds) < 1:
            window.append(self.step(progress))
            if len(window) == 100:
                names = window[0].keys() & window[-1].keys()
                means = {
                    k: round(torch.stack([w[k].float() for w in window if k in w]).mean().item(), 4)
                    for k in sorted(names)
                }
                log(
                    {
                        "step": self.steps,
                        "sequences": self.sequences,
                        "seconds": round(time.time() - began - paused, 1),
                        "progress": round(progress, 3),
                        "scales": [round(v, 1) for v in self.scales.exp().tolist()],
                        **means,
                    }
                )
                window = []
            if progress >= next_eval and next_eval < 1:
                next_eval += evaluate_every
                stop = time.time()
                for dev in devs:
                    log({"sequences": self.sequences, "weights": "mean", **measure(self.ema.eval(), dev, self.bf16)})
                if save:
                    save(self.ema)
                paused += time.time() - stop
