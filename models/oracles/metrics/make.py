"""Writes oracle.json: random and tied runs with what pytrec_eval says of them.

    pip install pytrec_eval-terrier==0.5.11 && python make.py
"""
import json
import pathlib
import random

import pytrec_eval

random.seed(4)
CUTS = (1, 3, 10, 100)
MEASURES = {f'{name}.{",".join(map(str, CUTS))}' for name in ('ndcg_cut', 'recall', 'map_cut', 'P')} | {'recip_rank', 'ndcg', 'map'}


def random_case():
    pool = random.choice([1, 4, 12, 12, 30, 120])
    style = random.choice(['number', 'mixed', 'unicode'])
    ids = [{'number': str(i), 'mixed': random.choice('aBz-_') + str(i),
            # U+FFFD and U+1F600 are in the opposite order in UTF-16
            'unicode': random.choice(['é', 'z', '\ufffd', '\U0001f600']) + str(i)}[style] for i in range(pool)]
    score = random.choice([
        lambda: random.gauss(0, 3),                      # all different
        lambda: float(random.randint(0, 3)),             # many ties
        lambda: 1.0,                                     # nothing but ties
        lambda: 1 + random.randint(0, 3) * 1e-8,         # equal as 32-bit floats only
        lambda: 16777216.0 + random.randint(0, 4),       # the same, large
        lambda: -random.random() * 1e-3,
    ])
    grades = random.choice([(0, 1), (0, 1, 2, 3), (-2, -1, 0, 1, 2), (0,), (1,)])
    run = {i: score() for i in random.sample(ids, random.randint(1, pool))}
    qrels = {i: random.choice(grades) for i in random.sample(ids, random.randint(1, pool))}
    if random.random() < 0.3:
        qrels |= {f'never-retrieved-{i}': random.choice(grades) for i in range(3)}
    if max(qrels.values()) < 0:
        qrels[next(iter(qrels))] = 0  # trec_eval crashes when every grade is below -1
    return run, qrels


cases = []
for _ in range(150):
    run, qrels = random_case()
    # By the least grade that counts as relevant, trec_eval's -l; nDCG does not heed it.
    expected = {level: pytrec_eval.RelevanceEvaluator({'q': qrels}, MEASURES, relevance_level=level).evaluate({'q': run})['q']
                for level in (1, 2)}
    cases.append({'run': run, 'qrels': qrels, 'expected': expected})

path = pathlib.Path(__file__).with_name('oracle.json')
path.write_text(json.dumps({'pytrec_eval': pytrec_eval.__version__, 'cases': cases}, ensure_ascii=True, separators=(',', ':')) + '\n')
