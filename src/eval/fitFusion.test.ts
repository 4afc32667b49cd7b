import { describe, expect, it } from 'vitest'
import { SIGNALS } from '../api/signals.js'
import { fuse, scalesOf } from '../engine/fusion.js'
import { fitFusion, hasRelevant, measureFusion, type SignalList } from './fitFusion.js'
import { parseMetric } from './metricNames.js'

const metric = parseMetric('ndcg@10', 1)!
const earlier = { mvp: 1, cosine: 0.4, lateInteraction: 0.3, firstStage: 0.2 }

/** Numbers from a fixed seed, near a normal distribution. */
function randomNumbers(seed: number): () => number {
  let state = seed
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  return () => uniform() + uniform() + uniform() + uniform() - 2
}

/** Lists whose grades follow from mvp + 2 · lateInteraction; cosine is noise; firstStage is unknown. */
function someLists(count: number, noise = 0.3): SignalList[] {
  const random = randomNumbers(5)
  return Array.from({ length: count }, (_, q) => {
    const passages = Array.from({ length: 20 }, (_, p) => `p${p}`)
    const column = (scale: number, shift: number) => passages.map(() => random() * scale + shift)
    const [mvp, cosine, lateInteraction] = [column(1, 3), column(4, 0), column(0.1, 0.5)]
    const truth = passages.map((_, p) => mvp[p]! + 20 * lateInteraction[p]! + noise * random())
    const best = passages.toSorted((a, b) => truth[passages.indexOf(b)]! - truth[passages.indexOf(a)]!).slice(0, 3)
    return {
      id: `q${q}`,
      passages,
      qrels: new Map(best.map(id => [id, 1])),
      columns: { mvp, cosine, lateInteraction, firstStage: passages.map(() => Number.NaN) },
    }
  })
}

describe('fitFusion', () => {
  it('finds the weights that made the grades, on z-scores, and the gain on queries that it did not see', () => {
    const lists = someLists(80)
    const { weights, unseen } = fitFusion(lists, [SIGNALS], earlier, metric, 5)
    expect(weights.mvp).toBe(1)
    expect(weights.lateInteraction).toBeGreaterThan(1.7)
    expect(weights.lateInteraction).toBeLessThan(2.3)
    expect(weights.cosine).toBeLessThan(0.15)
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    const own = mean(measureFusion(lists, [['mvp']], earlier, metric))
    expect(mean(unseen)).toBeGreaterThan(own + 0.2)
    expect(mean(unseen)).toBeGreaterThan(0.9)
  })

  it('gives the same weights each time, and keeps the weight of a signal that no list tells anything of', () => {
    const lists = someLists(20)
    const first = fitFusion(lists, [SIGNALS], earlier, metric, 5)
    expect(fitFusion(lists, [SIGNALS], earlier, metric, 5)).toEqual(first)
    expect(first.weights.firstStage).toBe(0.2)
    const given = fitFusion(lists, [['mvp', 'firstStage']], earlier, metric, 5)
    expect(given.weights).toEqual(earlier)
  })

  it('shows no gain where there is nothing to learn', () => {
    const lists = someLists(60).map((list, q) => ({ ...list, qrels: new Map([[`p${(q * 7) % 20}`, 1]]) }))
    const { unseen } = fitFusion(lists, [SIGNALS], earlier, metric, 5)
    const before = measureFusion(lists, [SIGNALS], earlier, metric)
    const differences = unseen.map((value, i) => value - before[i]!)
    expect(Math.abs(differences.reduce((sum, value) => sum + value, 0) / 60)).toBeLessThan(0.06)
  })

  it('orders as the engine fuses, with unknown values and equal ones', () => {
    const [list] = someLists(1)
    list!.columns = { ...list!.columns, cosine: list!.columns.cosine.map((value, i) => (i % 3 ? value : Number.NaN)) }
    const columns = Object.fromEntries(SIGNALS.map(s => [s, Float32Array.from(list!.columns[s])])) as never
    const fused = fuse(columns, earlier, scalesOf(columns))
    const order = list!.passages.toSorted(
      (a, b) => fused[list!.passages.indexOf(b)]! - fused[list!.passages.indexOf(a)]!,
    )
    expect(measureFusion([list!], [SIGNALS], earlier, metric)).toEqual([metric.compute(order, list!.qrels)])
    // All metrics of prefixes agree only if the whole order does.
    for (const k of [1, 2, 3, 5, 8, 13, 20]) {
      const precision = parseMetric(`p@${k}`, 1)!
      expect(measureFusion([list!], [SIGNALS], earlier, precision)).toEqual([precision.compute(order, list!.qrels)])
    }
  })

  it('learns only from lists with a relevant candidate', () => {
    const lists = someLists(20)
    const empty = { ...lists[0]!, qrels: new Map([['elsewhere', 1]]) }
    expect([hasRelevant(lists[0]!), hasRelevant(empty)]).toEqual([true, false])
    const { weights } = fitFusion(lists, [SIGNALS], earlier, metric, 5)
    expect(fitFusion([...lists, empty], [SIGNALS], earlier, metric, 5).weights).toEqual(weights)
  })
})
