"""Does company change the order? A query's first ten by the MVP score, ranked again together with 90 passages of other queries.

Prints Kendall's tau between the ten's order without and with the fillers, averaged over queries.
"""
import argparse
import json

import numpy as np
import torch
from scipy.stats import kendalltau

from embed import pad
from evaluate import load, read_set
from lists import prompt
from model import EXITS
from prepare import load_tokenizer, passage_text
from train import chunks


@torch.no_grad()
def vectors_of(model, prompts, bf16=False):
    """Relevance vectors [prompts, views, d] of the last exit."""
    out = torch.zeros(len(prompts), 4, model.config.hidden_size)
    with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
        for part in chunks(prompts):
            out[part] = model.relevance(*(pad([prompts[i][k] for i in part]) for k in (0, 1)))[EXITS[-1]].float()
    return out


@torch.no_grad()
def scores_of(model, vectors):
    return model.score(vectors[None], torch.ones(1, len(vectors), dtype=torch.bool))[0][0].mean(-1).numpy()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--embedder", required=True)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--set", required=True)
    parser.add_argument("--queries", type=int, default=20)
    parser.add_argument("--length", type=int, default=144)
    parser.add_argument("--bf16", action="store_true", help="encode in bf16: fast where the processor has it")
    args = parser.parse_args()
    model, tokenizer, random = load(args.embedder, args.checkpoint), load_tokenizer(args.embedder), np.random.default_rng(0)
    rows = read_set(args.set, args.queries)
    encode = lambda texts: [np.array(e.ids) for e in tokenizer.encode_batch(texts, add_special_tokens=False)]
    passages = [encode([passage_text(d["title"], d["text"]) for d in row["bm25_results"][:40]]) for row in rows]
    taus, kept = [], []
    for i, row in enumerate(rows):
        query = encode([row["q_text"]])[0]
        others = [p for j, part in enumerate(passages) if j != i for p in part]
        fillers = [others[k] for k in random.permutation(len(others))[:90]]
        vectors = vectors_of(model, [prompt(query, p, args.length) for p in passages[i] + fillers], args.bf16)
        own = len(passages[i])
        best = np.argsort(-scores_of(model, vectors[:own]), kind="stable")[:10]
        alone = scores_of(model, vectors[best])
        company = scores_of(model, torch.cat([vectors[best], vectors[own:]]))
        taus.append(kendalltau(alone, company[:len(best)]).statistic)
        kept.append(np.isin(np.argsort(-company)[:len(best)], np.arange(len(best))).mean())
    print(json.dumps({"queries": len(rows), "kendall_tau": round(float(np.mean(taus)), 4), "top10_kept": round(float(np.mean(kept)), 4)}))


if __name__ == "__main__":
    main()
