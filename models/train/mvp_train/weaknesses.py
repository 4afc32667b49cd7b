"""Measures what rerankers of this size get wrong: how often the right passage of a pair scores higher, by kind.

The two passages of a pair differ in one thing, such as a negation or a number. Both are ranked in one list with the
passages of two other pairs. Chance is 50 %. Beside the handful that `weakness_pairs` has of a kind there are 40 to 60
made by rules (`hard_cases`). Measured are MVP's score and, of the texts alone, late interaction and cosine.
"""

import argparse
import json

import numpy as np
import torch
from torch.nn import functional as F

from . import hard_cases
from .embed import pad
from .evaluate import load
from .gpu.late_interaction import late_interaction
from .prepare import load_tokenizer
from .prompts import PAD, prompt, text_ids
from .train import encode
from .weakness_pairs import PAIRS, list_of


@torch.no_grad()
def scores_of(model, query, passages):
    """Of one list, ids of texts → scores by MVP's last exit, late interaction and cosine."""
    vectors = encode(model, [prompt(query, p, 128) for p in passages], "cpu")[model.depths[-1]]
    views, _ = model.score(vectors[None], torch.ones(1, len(passages), dtype=torch.bool))
    ids = pad([text_ids(t) for t in [query, *passages]])
    tokens = F.normalize(model.tokens(ids), dim=-1)
    asked = tokens[0, 1 : 1 + len(query)].expand(len(passages), -1, -1)
    late = late_interaction(asked, torch.ones(asked.shape[:2], dtype=torch.bool), tokens[1:], ids[1:] != PAD)
    own = model.embed(ids)
    return {"mvp": views[0].mean(-1).numpy(), "late": late.numpy(), "cosine": (own[1:] @ own[0]).numpy()}


def measure(model, tokenizer, pairs):
    """→ of each pair, by which signals its right passage scores higher."""

    def ids_of(text):
        return np.array(tokenizer.encode(text, add_special_tokens=False).ids)

    right = []
    for i, (query, _, _) in enumerate(pairs):
        scores = scores_of(model, ids_of(query), [ids_of(text) for text in list_of(pairs, i)])
        right.append({name: bool(s[0] > s[1]) for name, s in scores.items()})
    return right


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--embedder", required=True)
    parser.add_argument("--checkpoint", help="checkpoint.pt or an exported folder; without it, the untrained start")
    parser.add_argument("--most", type=int, help="pairs of a kind; all unless given")
    args = parser.parse_args()
    model, tokenizer = load(args.embedder, args.checkpoint), load_tokenizer(args.embedder)
    made = {f"{kind}, made": hard_cases.pairs(kind, hard_cases.TEST) for kind in hard_cases.KINDS}
    result = {}
    for kind, pairs in {**PAIRS, **made}.items():
        right = measure(model, tokenizer, pairs[: args.most])
        result[kind] = {name: f"{sum(r[name] for r in right)}/{len(right)}" for name in right[0]}
        missed = [pairs[i][0] for i, r in enumerate(right) if not r["mvp"]]
        print(f"{kind}: {result[kind]}" + (f"; missed: {'; '.join(missed[:4])}" if missed else ""), flush=True)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
