import { expect, test } from 'vitest'
import { orderByScore, type ScoredList, toRankingArrays } from './rank.js'

function scored(indices: number[], scores: number[], views = 1): ScoredList {
  const all = Array.from({ length: views }, (_, view) => scores.map(score => score + view)).flat()
  return { indices: Uint32Array.from(indices), scores: Float32Array.from(scores), views: Float32Array.from(all) }
}

test('highest first; of equal scores the earlier in the list', () => {
  expect(orderByScore(scored([0, 1, 2, 3], [1, 3, 3, 2]))).toEqual([1, 2, 3, 0])
})

test('a deeper block ranks above the rest, each block in its own order', () => {
  const whole = scored([0, 1, 2, 3], [9, 8, 7, 6])
  const again = scored([0, 1], [-5, -4])
  const order = toRankingArrays(
    [
      { stage: 1, scored: again },
      { stage: 0, scored: whole },
    ],
    { views: 1, topK: 10, explain: true, done: true },
  )
  expect([...order.indices]).toEqual([1, 0, 2, 3])
  expect([...order.scores]).toEqual([-4, -5, 7, 6])
  expect([...order.stages]).toEqual([1, 1, 0, 0])
})

test('views follow their passage, topK cuts', () => {
  const order = toRankingArrays([{ stage: 0, scored: scored([4, 7, 9], [1, 3, 2], 2) }], {
    views: 2,
    topK: 2,
    explain: true,
    done: true,
  })
  expect([...order.indices]).toEqual([7, 9])
  expect([...order.views!]).toEqual([3, 4, 2, 3])
})
