import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { pairedTest } from './significance.js'
import { twoSidedP } from './studentT.js'

interface Case {
  a: number[]
  b: number[]
  t: number
  p: number
  interval: [number, number]
  randomisation: number
  exact: boolean
}

const path = new URL('../../models/oracles/metrics/significance.json', import.meta.url)
const { cases, tails } = JSON.parse(readFileSync(path, 'utf8')) as {
  cases: Case[]
  tails: { t: number; df: number; p: number }[]
}
const tests = cases.map(({ a, b }) => pairedTest(a, b))

describe('a paired test', () => {
  it('has the t, the p and the interval of scipy', () => {
    for (const [i, { a, t, p, interval }] of cases.entries()) {
      const test = tests[i]!
      expect(Math.abs(test.tTest.t! - t)).toBeLessThan(1e-9 * Math.max(1, Math.abs(t)))
      expect(Math.abs(test.tTest.p - p)).toBeLessThan(1e-10)
      for (const side of [0, 1] as const) expect(Math.abs(test.interval![side] - interval[side])).toBeLessThan(1e-9)
      expect(test.wins + test.losses + test.ties).toBe(a.length)
    }
    expect(cases.length).toBeGreaterThan(25)
  })

  it('knows the tails of Student’s t', () => {
    for (const { t, df, p } of tails) {
      expect(Math.abs(twoSidedP(t, df) - p)).toBeLessThan(1e-10)
      if (p > 0) expect(Math.abs(twoSidedP(t, df) / p - 1)).toBeLessThan(1e-8)
    }
  })

  it('randomises as scipy does: exactly for few queries, within chance for many', () => {
    for (const [i, { randomisation, exact }] of cases.entries()) {
      const { randomisation: ours } = tests[i]!
      // Both p are estimates where not all signs were tried: five standard errors, and one sample for the tiny ones.
      const chance = 5 * Math.sqrt((randomisation * (1 - randomisation)) / 100_000) + 5e-5
      expect(Math.abs(ours.p - randomisation)).toBeLessThan(exact ? 1e-12 : chance)
    }
  })

  it('says the same each time', () => {
    const last = cases.findLastIndex(({ exact }) => !exact)
    expect(pairedTest(cases[last]!.a, cases[last]!.b)).toEqual(tests[last])
  })

  it('has an answer where nothing differs, everything differs alike, and where there is one query or none', () => {
    expect(pairedTest([0.5, 0.2, 0], [0.5, 0.2, 0])).toMatchObject({
      difference: 0,
      ties: 3,
      tTest: { t: null, p: 1 },
      randomisation: { p: 1, exact: true },
    })
    expect(pairedTest([0.1, 0.2, 0.3], [0.2, 0.3, 0.4])).toMatchObject({ wins: 3, tTest: { t: null, p: 0 } })
    expect(pairedTest([0.1], [0.2])).toMatchObject({ interval: null, tTest: { p: 1 }, randomisation: { p: 1 } })
    expect(pairedTest([], [])).toMatchObject({ queries: 0, difference: 0, tTest: { p: 1 } })
  })
})
