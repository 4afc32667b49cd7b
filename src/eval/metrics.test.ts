import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { averagePrecision, ndcg, recall, reciprocalRank } from './metrics.js'
import { trecOrder } from './run.js'

interface Case {
  run: Record<string, number>
  qrels: Record<string, number>
  expected: Record<string, number>
}

const path = new URL('../../models/oracles/metrics/oracle.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: Case[] }

describe('metrics', () => {
  it('equal pytrec_eval on random, tied, negatively graded and non-ASCII runs', () => {
    const metrics = { ndcg_cut: ndcg, recall, map_cut: averagePrecision }
    for (const { run, qrels, expected } of cases) {
      const ranked = trecOrder(new Map(Object.entries(run)))
      const grades = new Map(Object.entries(qrels))
      for (const [name, metric] of Object.entries(metrics)) {
        for (const k of [1, 3, 10, 100]) {
          expect(Math.abs(metric(ranked, grades, k) - expected[`${name}_${k}`]!)).toBeLessThan(1e-9)
        }
      }
      expect(reciprocalRank(ranked, grades, ranked.length)).toBeCloseTo(expected.recip_rank!, 9)
      const cut = expected.recip_rank! >= 1 / 10 ? expected.recip_rank! : 0
      expect(reciprocalRank(ranked, grades, 10)).toBeCloseTo(cut, 9)
    }
    expect(cases.length).toBe(150)
  })

  it('are 0, not NaN, where nothing is relevant or nothing was retrieved', () => {
    const judged = new Map([['a', 1]])
    for (const metric of [ndcg, recall, averagePrecision, reciprocalRank]) {
      expect(metric(['a'], new Map(), 10)).toBe(0)
      expect(metric([], judged, 10)).toBe(0)
    }
  })
})
