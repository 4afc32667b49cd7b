import { expect, it } from 'vitest'
import type { Candidate } from '../api/search.js'
import { readingHead } from './readingHead.js'

/** As the index gives them, with these scores. */
const found = (scores: readonly number[], late = true) =>
  scores.map(
    (score, id) =>
      ({ candidate: { id, score, semantic: { cosine: 0.5, ...(late && { lateInteraction: 0.4 }) } } }) as {
        candidate: Candidate
      },
  )
const places = (list: ReturnType<typeof found>, all = 50) => readingHead(list, all).map(({ candidate }) => candidate.id)
const upTo = (count: number) => [...Array(count).keys()]

it('holds 16 candidates of an order by late interaction whose scores are near the first', () => {
  expect(places(found(upTo(30).map(place => 3 - place / 100)))).toEqual(upTo(16))
})

it('holds 12 where the first is far ahead, and those beyond that are near it', () => {
  expect(places(found([4, ...Array(29).fill(2.4)]))).toEqual(upTo(12))
  expect(places(found([3.8, ...Array(13).fill(2.4), ...Array(16).fill(2.2)]))).toEqual(upTo(14))
})

it('holds the first ones in any order of scores: what the query names stands first, whatever its score', () => {
  expect(places(found([4, ...Array(13).fill(1), 3.9, ...Array(9).fill(1)]))).toEqual(upTo(15))
})

it('holds as many as there are', () => {
  expect(places(found([4, 1, 0.5]))).toEqual(upTo(3))
  expect(places([])).toEqual([])
})

it('holds all that were asked for of an order without late interaction', () => {
  expect(places(found([9, ...Array(59).fill(1)], false))).toEqual(upTo(50))
  const byWords = upTo(60).map(id => ({ candidate: { id, score: 9 - id } as Candidate }))
  expect(places(byWords)).toEqual(upTo(50))
})
