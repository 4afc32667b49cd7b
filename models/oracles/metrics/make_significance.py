"""Writes significance.json: paired samples with what scipy says of their difference.

    pip install scipy==1.17.1 numpy==2.4.6 && python make_significance.py
"""
import json
import pathlib

import numpy
import scipy
from scipy import stats

rng = numpy.random.default_rng(9)


def metric_like(n):
    """As metrics are: between 0 and 1, many of them equal."""
    return numpy.round(rng.beta(0.6, 0.8, n), rng.integers(1, 6))


cases = []
for n in (2, 3, 5, 8, 12, 13, 40, 53, 308, 2000):
    for shift in (0, 0.02, 0.3):
        a = metric_like(n)
        b = numpy.round(numpy.clip(a + rng.normal(shift, 0.1, n) * rng.integers(0, 2, n), 0, 1), 4)
        if numpy.ptp(b - a) == 0:
            continue
        t = stats.ttest_rel(b, a)
        interval = t.confidence_interval(0.95)
        case = {'a': a.tolist(), 'b': b.tolist(), 't': t.statistic, 'p': t.pvalue, 'interval': [interval.low, interval.high]}
        exact = n <= 13
        permutation = stats.permutation_test((b, a), lambda x, y, axis: numpy.mean(x - y, axis=axis), permutation_type='samples',
                                             vectorized=True, n_resamples=numpy.inf if exact else 200_000, rng=rng, batch=2000)
        case |= {'randomisation': permutation.pvalue, 'exact': exact}
        cases.append(case)

tails = [{'t': t, 'df': df, 'p': 2 * stats.t.sf(t, df)} for t in (0, 0.1, 0.5, 1, 1.96, 3, 8, 40) for df in (1, 2, 3, 7, 52, 307, 6979, 1e6)]
path = pathlib.Path(__file__).with_name('significance.json')
path.write_text(json.dumps({'scipy': scipy.__version__, 'cases': cases, 'tails': tails}, separators=(',', ':')) + '\n')
