import { expect, it } from 'vitest'
import { ndcg } from '../../src/eval/metrics.js'
import { labelledQueries } from './labelledSet.js'

it('has ten queries, each with graded passages among those of the others, all of them different', () => {
  const queries = labelledQueries()
  expect(queries).toHaveLength(10)
  expect(new Set(queries[0]!.passages.map(({ text }) => text)).size).toBe(120)
  for (const { passages, qrels } of queries) {
    expect(passages).toHaveLength(120)
    expect([...qrels.values()].sort()).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 3])
  }
})

it('leaves a reranker something to do: words alone are far from the ideal order', () => {
  const scores = labelledQueries().map(({ passages, qrels }) =>
    ndcg(
      passages.map(({ id }) => id),
      qrels,
      10,
    ),
  )
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length
  expect(mean).toBeGreaterThan(0.05)
  expect(mean).toBeLessThan(0.5)
})
