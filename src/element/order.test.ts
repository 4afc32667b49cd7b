import { expect, it } from 'vitest'
import { keepInPlace, rankedThenWaiting, sameTop } from './order.js'
import { modelRanksOf } from './result.js'

it('keeps a row in its place and orders the others around it', () => {
  expect(keepInPlace(['a', 'b', 'c', 'd'], ['d', 'c', 'b', 'a'], 'b')).toEqual(['d', 'b', 'c', 'a'])
  expect(keepInPlace(['a', 'b'], ['b', 'a', 'c'], undefined)).toEqual(['b', 'a', 'c'])
  // A row that is not shown, or is no longer a result, has no place to keep.
  expect(keepInPlace(['a', 'b'], ['b', 'c', 'a'], 'c')).toEqual(['b', 'c', 'a'])
  expect(keepInPlace(['a', 'b'], ['b'], 'a')).toEqual(['b'])
})

it('sees a difference among the rows that are shown, and no other', () => {
  expect(sameTop([1, 2, 3], [1, 2, 4], 2)).toBe(true)
  expect(sameTop([1, 2, 3], [1, 3, 2], 2)).toBe(false)
  expect(sameTop([1], [1, 2], 2)).toBe(false)
  expect(sameTop([], [], 20)).toBe(true)
})

it('lets what waits to be read follow in the order that it had', () => {
  expect(rankedThenWaiting([3, 1], 5)).toEqual([3, 1, 0, 2, 4])
  expect(rankedThenWaiting([], 2)).toEqual([0, 1])
})

it('tells the place that each view alone would give', () => {
  const ranks = modelRanksOf([
    { index: 4, views: [1, 9] },
    { index: 0, views: [3, 2] },
    { index: 2, views: [2, 1] },
  ])
  expect(ranks.get(4)).toEqual({ place: 0, total: 3, viewPlaces: [2, 0], signalPlaces: {} })
  expect(ranks.get(0)).toEqual({ place: 1, total: 3, viewPlaces: [0, 1], signalPlaces: {} })
  expect(modelRanksOf([{ index: 1 }]).get(1)).toEqual({ place: 0, total: 1, viewPlaces: [], signalPlaces: {} })
  expect(modelRanksOf([]).size).toBe(0)
})

it('tells the place by each signal, where the order was made of several', () => {
  const ranks = modelRanksOf([
    { index: 1, signals: { mvp: 2, cosine: 0.1 } },
    { index: 0, signals: { mvp: 1, cosine: 0.5 } },
  ])
  expect(ranks.get(1)!.signalPlaces).toEqual({ mvp: 0, cosine: 1 })
})
