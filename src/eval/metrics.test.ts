import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { METRIC_FORMS, parseMetric } from './metricNames.js'
import { averagePrecision, ndcg, precision, recall, reciprocalRank } from './metrics.js'
import { trecOrder } from './run.js'

interface Case {
  run: Record<string, number>
  qrels: Record<string, number>
  expected: Record<'1' | '2', Record<string, number>>
}

const path = new URL('../../models/oracles/metrics/oracle.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: Case[] }

/** Ours → pytrec_eval's. */
const names = new Map([
  ...[1, 3, 10, 100].flatMap(k =>
    [
      ['ndcg', 'ndcg_cut'],
      ['recall', 'recall'],
      ['map', 'map_cut'],
      ['p', 'P'],
    ].map(([ours, theirs]): [string, string] => [`${ours}@${k}`, `${theirs}_${k}`]),
  ),
  ['ndcg', 'ndcg'],
  ['map', 'map'],
  ['mrr', 'recip_rank'],
])

describe('metrics', () => {
  it('equal pytrec_eval on random, tied, negatively graded and non-ASCII runs, whatever counts as relevant', () => {
    for (const { run, qrels, expected } of cases) {
      const ranked = trecOrder(new Map(Object.entries(run)))
      const grades = new Map(Object.entries(qrels))
      for (const level of [1, 2] as const) {
        for (const [ours, theirs] of names) {
          const value = parseMetric(ours, level)!.compute(ranked, grades)
          expect(Math.abs(value - expected[level][theirs]!)).toBeLessThan(1e-9)
        }
        const whole = expected[level].recip_rank!
        const cut = parseMetric('mrr@10', level)!.compute(ranked, grades)
        expect(cut).toBeCloseTo(whole >= 1 / 10 ? whole : 0, 9)
      }
    }
    expect(cases.length).toBe(150)
  })

  it('are 0, not NaN, where nothing is relevant or nothing was retrieved', () => {
    const judged = new Map([['a', 1]])
    for (const metric of [ndcg, recall, precision, averagePrecision, reciprocalRank]) {
      expect(metric(['a'], new Map(), 10)).toBe(0)
      expect(metric([], judged, 10)).toBe(0)
    }
  })

  it('are named as people write them, and by no other name', () => {
    expect(parseMetric(' NDCG@5 ', 1)?.name).toBe('ndcg@5')
    for (const name of ['ndcg@0', 'ndcg@', 'recall', 'p', 'p@1.5', 'err@10', 'ndcg_cut_10', 'constructor', '']) {
      expect(parseMetric(name, 1)).toBeUndefined()
    }
    expect(METRIC_FORMS).toContain('ndcg@k')
  })
})
