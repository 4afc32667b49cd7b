"""The teacher: all-mpnet-base-v2 turned into a cross-encoder.

Its logit is added to `scale` × its own similarity as an embedder, so it starts at the embedder's quality and learns
what the embedder misses.
"""

import time

import torch
from torch.nn import functional as F

from .mpnet import pair_ids
from .texts import Prompts, by_length

LIMIT, WINDOW_SHARE = 160, 0.5
CHUNK_TOKENS = 32768
SOFT, TEMPERATURE = 0.2, 0.05
LISTS, SIZE = 64, 8
RATE, HEAD_RATE = 4e-5, 4e-4
# Its labels are the student's embedder's choice: to learn from them is to learn nothing new.
UNTRUSTED = ("sentences",)


class Teacher:
    def __init__(self, net, queries, passages):
        self.net, self.queries, self.passages = net, queries, passages
        self.scale = torch.nn.Parameter(torch.tensor(20.0, device=queries.ids.device))

    def logits(self, q, p, chunk_tokens=CHUNK_TOKENS, window=None):
        prompts = Prompts(self.queries, self.passages, q, p, LIMIT + 3, window)
        out = torch.zeros(len(q), device=q.device)
        parts = [(rows, self.net.score(pair_ids(prompts, rows))) for rows in by_length(prompts.total, chunk_tokens)]
        return out.index_put((torch.cat([r for r, _ in parts]),), torch.cat([s for _, s in parts]))

    def train(self, pools, seconds, log, device, bf16=True):
        net = self.net
        head = [p for n, p in net.named_parameters() if n.startswith(("dense", "out")) and p.requires_grad] + [
            self.scale
        ]
        body = [p for n, p in net.named_parameters() if not n.startswith(("dense", "out")) and p.requires_grad]
        optimizer = torch.optim.AdamW(
            [
                {"params": body, "rate": RATE, "weight_decay": 0.01},
                {"params": head, "rate": HEAD_RATE, "weight_decay": 0.0},
            ],
            lr=0.0,
            betas=(0.9, 0.98),
            fused=device == "cuda",
        )
        began, step, window = time.time(), 0, []
        while (progress := (time.time() - began) / seconds) < 1:
            factor = min(1.0, (step + 1) / 40) * max(0.0, 1 - progress)
            for group in optimizer.param_groups:
                group["lr"] = group["rate"] * factor
            rows = pools.rows(LISTS, leave_out=UNTRUSTED)
            passages, columns = pools.lists(rows, SIZE, SIZE - 2, hard=12.0)
            similarity = torch.where(columns >= 0, pools.similarity[rows].float().gather(1, columns.clamp(min=0)), -1.0)
            target = SOFT * (similarity / TEMPERATURE).softmax(-1)
            target[:, 0] += 1 - SOFT
            window_rows = torch.rand(LISTS * SIZE, device=device) < WINDOW_SHARE
            with torch.autocast(device, torch.bfloat16, enabled=bf16):
                logits = self.logits(
                    pools.query[rows].repeat_interleave(SIZE), passages.flatten(), window=window_rows
                ).view(LISTS, SIZE)
            loss = -(target * F.log_softmax(logits + self.scale * similarity.clamp(min=0), -1)).sum(-1).mean()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(body + head, 1.0)
            optimizer.step()
            optimizer.zero_grad()
            step += 1
            with torch.no_grad():
                both = logits + self.scale * similarity.clamp(min=0)
                window.append(
                    torch.stack(
                        [
                            loss.detach(),
                            (both.argmax(-1) == 0).float().mean(),
                            (similarity.argmax(-1) == 0).float().mean(),
                        ]
                    )
                )
            if step % 50 == 0:
                loss, first, before = torch.stack(window).mean(0).tolist()
                window = []
                log(
                    {
                        "teacher_step": step,
                        "seconds": round(time.time() - began, 1),
                        "loss": round(loss, 4),
                        "first": round(first, 4),
                        "embedder_first": round(before, 4),
                        "scale": round(self.scale.item(), 2),
                    }
                )

    @torch.no_grad()
    def score_rows(self, pools, rows, columns, device, bf16=True):
        """Logits of some columns [rows, k] of the pools' rows (0 the positive), similarity included."""
        both = torch.cat([pools.positive[rows][:, None], pools.negatives[rows]], 1).gather(1, columns.clamp(min=0))
        with torch.autocast(device, torch.bfloat16, enabled=bf16):
            logits = self.logits(
                pools.query[rows].repeat_interleave(columns.shape[1]), both.clamp(min=0).flatten(), 4 * CHUNK_TOKENS
            )
        return logits.view(columns.shape) + self.scale * pools.similarity[rows].float().gather(
            1, columns.clamp(min=0)
        ).clamp(min=0)
