"""Measures what rerankers of this size get wrong: how often the right passage of a pair scores higher, by kind.

The two passages of a pair differ in one thing, such as a negation or a number. Both are ranked in one list with the
passages of two other pairs. Chance is 50 %.
"""

import argparse
import json

import numpy as np
import torch

from .evaluate import load
from .prepare import load_tokenizer
from .prompts import prompt
from .train import encode
from .weakness_pairs import PAIRS, list_of


@torch.no_grad()
def scores_of(model, prompts):
    """Scores of one list by the last exit."""
    vectors = encode(model, prompts, "cpu")[model.depths[-1]]
    views, _ = model.score(vectors[None], torch.ones(1, len(prompts), dtype=torch.bool))
    return views[0].mean(-1).numpy()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--embedder", required=True)
    parser.add_argument("--checkpoint", required=True)
    args = parser.parse_args()
    model, tokenizer = load(args.embedder, args.checkpoint), load_tokenizer(args.embedder)

    def ids_of(text):
        return np.array(tokenizer.encode(text, add_special_tokens=False).ids)

    result = {}
    for kind, pairs in PAIRS.items():
        right = []
        for i, (query, _, _) in enumerate(pairs):
            query_ids = ids_of(query)
            scores = scores_of(model, [prompt(query_ids, ids_of(text), 128) for text in list_of(pairs, i)])
            right.append(bool(scores[0] > scores[1]))
        result[kind] = f"{sum(right)}/{len(right)}"
        missed = [pairs[i][0] for i, is_right in enumerate(right) if not is_right]
        print(f"{kind}: {result[kind]}" + (f"; missed: {'; '.join(missed)}" if missed else ""))
    print(json.dumps(result))


if __name__ == "__main__":
    main()
