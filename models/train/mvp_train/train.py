"""Trains the reranker. Checkpoints every few minutes and resumes from the last checkpoint by itself.

Precision is chosen by timing bf16 and fp32 on this machine. Progress, which sets prompt lengths and the learning rate,
is counted in sequences (or minutes, with --minutes), so a run can be cut or extended by starting it again.
"""

import argparse
import json
import os
import signal
import time

import numpy as np
import torch

from .corpus import Corpus
from .embed import pad
from .export import export
from .lists import Lists
from .losses import WEIGHTS, embedding_losses, list_losses
from .model import MvpBert
from .optimizer import adamw
from .prompts import chunks, text_ids
from .schedule import prompt_length, rate_factor
from .shipped import load_shipped

# The exits' norms are the only part that a shallow exit has for itself; they must move far to reach a shared decoder.
RATES = {"encoder": 6e-5, "decoder": 4e-4, "exits": 1.5e-3}


def encode(model, prompts, device):
    """→ {exit: relevance vectors [prompts, views, d]} in the given order."""
    parts, order = [], []
    for part in chunks(prompts):
        ids, segments = (pad([prompts[i][k] for i in part]).to(device) for k in (0, 1))
        parts.append(model.relevance(ids, segments))
        order += part
    back = torch.from_numpy(np.argsort(order)).to(device)
    return {e: torch.cat([p[e] for p in parts])[back] for e in parts[0]}


class Trainer:
    def __init__(self, args):
        self.args, self.device = args, "cuda" if torch.cuda.is_available() else "cpu"
        torch.manual_seed(args.seed)
        self.model = MvpBert.from_embedder(args.embedder)
        if args.start:
            load_shipped(self.model, args.start)
        self.model.to(self.device)
        self.embedder = MvpBert.from_embedder(args.embedder).to(self.device).requires_grad_(False)
        self.fusion = torch.nn.Parameter(torch.tensor(np.log(20.0), dtype=torch.float32, device=self.device))
        self.optimizer = adamw(self.model, self.fusion, RATES, fused=True)
        self.steps = self.sequences = 0
        self.seconds = 0.0
        self.path = os.path.join(args.out, "checkpoint.pt")
        if os.path.exists(self.path):
            self.resume()
        self.resumed_at = self.steps
        # The draw differs after every resume; given the same starts and stops, it is the same run.
        self.lists = Lists(Corpus(args.tokens), args.mined, args.vectors, seed=args.seed + self.steps)
        print(
            "sources:",
            ", ".join(f"{n} {w:.3f}" for n, w in zip(self.lists.names, self.lists.weights, strict=True)),
            flush=True,
        )

    def resume(self):
        state = torch.load(self.path, map_location=self.device)
        self.model.load_state_dict(state["model"])
        rates = [group["rate"] for group in self.optimizer.param_groups]
        self.optimizer.load_state_dict(state["optimizer"])
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            group["rate"] = rate  # the table's, also where it has changed since
        self.fusion.data.fill_(state["fusion"])
        self.steps, self.sequences, self.seconds = state["steps"], state["sequences"], state["seconds"]
        print(f"resumed at step {self.steps}, {self.sequences} sequences", flush=True)

    def save(self):
        state = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "fusion": self.fusion.item(),
            "steps": self.steps,
            "sequences": self.sequences,
            "seconds": self.seconds,
        }
        torch.save(state, self.path + ".part")
        os.replace(self.path + ".part", self.path)

    def progress(self):
        done = self.sequences / self.args.sequences
        return max(done, self.seconds / 60 / self.args.minutes) if self.args.minutes else done

    def draw(self):
        lists = []
        length = prompt_length(min(1.0, self.progress()))
        while sum(len(x["prompts"]) for x in lists) < self.args.batch:
            lists.append(self.lists.draw(length))
        return lists, self.lists.draw_texts(self.args.batch // 4)

    def losses(self, lists, texts, bf16):
        rows = texts
        with torch.autocast(self.device, torch.bfloat16, enabled=bf16):
            vectors = encode(self.model, [p for x in lists for p in x["prompts"]], self.device)
            ordered = sorted(range(len(rows)), key=lambda i: len(rows[i]))
            halves = [ordered[: len(rows) // 2], ordered[len(rows) // 2 :]]
            texts = [pad([text_ids(rows[i]) for i in half]).to(self.device) for half in halves]
            kept = [embedding_losses(self.model, self.embedder, ids) for ids in texts]
        losses, figures = list_losses(self.model, vectors, lists, self.fusion)
        for name in kept[0]:
            losses[name] = torch.stack([k[name] for k in kept]).mean()
        return losses, figures

    def choose_precision(self):
        """Where bf16 is emulated it is several times slower than fp32; where the processor has it, twice as fast."""
        lists, texts = self.draw()
        seconds = {}
        for bf16 in (True, False):
            for repeat in range(3):
                began = time.time()
                losses, _ = self.losses(lists, texts, bf16)
                sum(losses.values()).backward()
                if repeat:  # the first one warms caches
                    seconds[bf16] = min(seconds.get(bf16, 1e9), time.time() - began)
        self.optimizer.zero_grad()
        print(f"a step takes {seconds[True]:.2f} s in bf16, {seconds[False]:.2f} s in fp32", flush=True)
        return seconds[True] < seconds[False]

    def step(self, bf16):
        factor = rate_factor(self.progress(), self.steps - self.resumed_at)
        for group in self.optimizer.param_groups:
            group["lr"] = group["rate"] * factor
        lists, texts = self.draw()
        losses, figures = self.losses(lists, texts, bf16)
        sum(WEIGHTS[name] * value for name, value in losses.items()).backward()
        figures["norm"] = torch.nn.utils.clip_grad_norm_(
            [p for g in self.optimizer.param_groups for p in g["params"]], 5.0
        ).item()
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.steps += 1
        self.sequences += sum(len(x["prompts"]) for x in lists)
        return {**{k: v.item() for k, v in losses.items()}, **figures, "rate": factor}

    def run(self):
        args, bf16 = self.args, self.choose_precision()
        saved = time.time()
        window, window_began, window_sequences = [], time.time(), self.sequences
        asked_to_stop = []
        signal.signal(signal.SIGTERM, lambda *_: asked_to_stop.append(True))
        while self.progress() < 1:
            while args.pause_file and os.path.exists(args.pause_file):
                time.sleep(1)
                window_began += 1
            began = time.time()
            window.append(self.step(bf16))
            self.seconds += time.time() - began
            if self.steps % args.log_every == 0:
                row = {k: round(float(np.mean([w[k] for w in window])), 4) for k in window[0]}
                row = {
                    "step": self.steps,
                    "sequences": self.sequences,
                    "minutes": round(self.seconds / 60, 1),
                    "progress": round(self.progress(), 4),
                    "length": prompt_length(min(1.0, self.progress())),
                    "per_second": round((self.sequences - window_sequences) / (time.time() - window_began), 1),
                    "fusion_weight": round(self.fusion.exp().item(), 3),
                    **row,
                }
                with open(os.path.join(args.out, "log.jsonl"), "a") as file:
                    file.write(json.dumps(row) + "\n")
                window, window_began, window_sequences = [], time.time(), self.sequences
            if asked_to_stop or time.time() - saved > 60 * args.save_minutes:
                self.save()
                saved = time.time()
            if asked_to_stop:
                raise SystemExit("stopped; the same command goes on from here")
        self.save()
        export(self.model, args.embedder, os.path.join(args.out, "export"))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", required=True)
    parser.add_argument("--vectors", required=True)
    parser.add_argument("--mined", required=True)
    parser.add_argument("--embedder", required=True)
    parser.add_argument("--start", help="a converted folder (q8 or fp32) to go on from, with a fresh optimizer")
    parser.add_argument("--out", required=True, help="checkpoint.pt, log.jsonl and, at the end, export/")
    parser.add_argument("--sequences", type=int, default=1_000_000)
    parser.add_argument("--minutes", type=float, help="training time after which to stop, whichever comes first")
    parser.add_argument("--batch", type=int, default=36, help="sequences a step, at least")
    parser.add_argument("--save-minutes", type=float, default=4)
    parser.add_argument("--log-every", type=int, default=25)
    parser.add_argument("--pause-file", help="training waits while this file exists")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)
    Trainer(args).run()


if __name__ == "__main__":
    main()
