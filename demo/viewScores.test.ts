import { expect, it } from 'vitest'
import type { Ranking } from '../src/index.js'
import { agreement, viewScores } from './viewScores.js'

const ranking = (views: number[][]): Ranking => ({
  results: views.map((views, index) => ({
    index,
    score: views.reduce((a, b) => a + b, 0) / views.length,
    stage: 0,
    passage: '',
    views,
  })),
  done: true,
  encoded: views.length,
  total: views.length,
})

it('measures every view from its own mean, so that the order stays that of the scores', () => {
  const list = viewScores(ranking([[10, 3], [8, 2], [3, 1]])) // biome-ignore format: a row a passage
  expect(list.map(({ offsets }) => offsets)).toEqual([[3, 1], [1, 0], [-4, -1]]) // biome-ignore format: a row a passage
  expect(list.map(({ offset }) => offset)).toEqual([2, 0.5, -2.5])
})

it('knows how far a view agrees with the final order', () => {
  const list = viewScores(ranking([[3, 1, 2], [2, 2, 2], [1, 3, 2]])) // biome-ignore format: a row a passage
  expect([0, 1, 2].map(view => agreement(list, view))).toEqual([1, -1, 0])
})

it('compares the order with the scores by which it came about: passages of equal score have no order of their own', () => {
  const strict = viewScores(ranking([[3, 1], [2, 1], [1, 1]])) // biome-ignore format: a row a passage
  expect(agreement(strict, 'score')).toBe(1)
  const tied = viewScores(ranking([[3, 1], [2, 2], [1, 1]])) // biome-ignore format: a row a passage
  expect(agreement(tied, 'score')).toBeCloseTo(2 / Math.sqrt(3 * 2), 10)
  // An order that is not that of the scores does not pass for it.
  expect(agreement(viewScores(ranking([[1], [3], [2]])), 'score')).toBeCloseTo(-1 / 3, 10)
})

it('has nothing to say about an empty list, or one without views', () => {
  expect(viewScores(ranking([]))).toEqual([])
  expect(agreement([], 0)).toBe(1)
})
