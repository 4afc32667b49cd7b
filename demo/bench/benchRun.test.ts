import { expect, it } from 'vitest'
import { meanQuality, median, type QueryResult, summarize } from './benchRun.js'

const result = (pairsPerSecond: number, points: [ms: number, ndcg: number][]): QueryResult => ({
  query: '',
  pairs: 10,
  ms: points.at(-1)![0],
  pairsPerSecond,
  words: points[0]![1],
  quality: points.map(([ms, ndcg]) => ({ ms, ndcg })),
})

const results = [
  result(10, [[0, 0.2], [100, 0.4], [300, 0.8]]), // biome-ignore format: a point a pair
  result(30, [[0, 0.4], [200, 0.6]]), // biome-ignore format: a point a pair
]

it('averages what all queries show at a time', () => {
  const rounded = meanQuality(results).map(({ ms, ndcg }) => [ms, Number(ndcg.toFixed(3))])
  expect(rounded).toEqual([[0, 0.3], [100, 0.4], [200, 0.5], [300, 0.7]]) // biome-ignore format: a point a pair
})

it('sums up: median speed, quality before and after, and the time of half the gain', () => {
  const { pairsPerSecond, ndcg10, ndcg10Words, halfGainMs } = summarize(results)
  expect([pairsPerSecond, halfGainMs]).toEqual([20, 200])
  expect(ndcg10).toBeCloseTo(0.7)
  expect(ndcg10Words).toBeCloseTo(0.3)
})

it('takes the middle of an odd and of an even number of values', () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([])]).toEqual([2, 2.5, 0])
})
