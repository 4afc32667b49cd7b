import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SIGNALS } from '../api/signals.js'
import { type Columns, fuse, scalesOf } from './fusion.js'

const weights = { mvp: 1, cosine: 0.5, lateInteraction: 0.25, firstStage: 2 }
const unknown = (count: number) => new Float32Array(count).fill(Number.NaN)

function columns(mvp: number[], others: Partial<Record<keyof Columns, number[]>> = {}): Columns {
  const column = (signal: keyof Columns) => (others[signal] ? Float32Array.from(others[signal]) : unknown(mvp.length))
  return {
    mvp: Float32Array.from(mvp),
    cosine: column('cosine'),
    lateInteraction: column('lateInteraction'),
    firstStage: column('firstStage'),
  }
}

const fused = (all: Columns) => fuse(all, weights, scalesOf(all))

test('each signal counts by its z-score in the list', () => {
  const scores = fused(columns([1, 2, 3], { firstStage: [10, 30, 20] }))
  const z = Math.sqrt(1.5)
  expect([...scores]).toEqual([-z - 2 * z, 2 * z, z].map(value => expect.closeTo(value, 5)))
})

test('the scale of a signal does not matter, nor where it starts', () => {
  const numbers = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 8, maxLength: 8 })
  fc.assert(
    fc.property(numbers, numbers, fc.integer({ min: 1, max: 1000 }), (mvp, firstStage, factor) => {
      const plain = fused(columns(mvp, { firstStage }))
      const scaled = fused(columns(mvp, { firstStage: firstStage.map(value => value * factor + 7) }))
      scaled.forEach((score, i) => {
        expect(score).toBeCloseTo(plain[i]!, 4)
      })
    }),
  )
})

test.each<[string, Columns]>([
  ['nothing else is known', columns([1, 4, 2])],
  ['the others are the same for all', columns([1, 4, 2], { cosine: [0.3, 0.3, 0.3], firstStage: [1e7, 1e7, 1e7] })],
  ['the others are no numbers to reckon with', columns([1, 4, 2], { firstStage: [Infinity, -Infinity, Number.NaN] })],
])('MVP scores stay as they are where %s', (_, all) => {
  expect([...fused(all)]).toEqual([1, 4, 2])
})

test('a passage of which a signal is not known counts as an average one there', () => {
  const scores = fused(columns([2, 2, 2], { cosine: [0.1, Number.NaN, 0.5] }))
  expect([...scores]).toEqual([-0.5, 0, 0.5])
})

test('one passage, or none, is no list', () => {
  expect([...fused(columns([3], { firstStage: [5] }))]).toEqual([3])
  expect([...fused(columns([]))]).toEqual([])
})

test('a part of the list keeps the scales of the whole', () => {
  const whole = columns([1, 2, 3, 4], { cosine: [0, 0.1, 0.2, 0.9] })
  const part = columns([3, 4], { cosine: [0.2, 0.9] })
  const scores = fuse(part, weights, scalesOf(whole))
  expect([...scores]).toEqual([...fused(whole).slice(2)])
})

test('whatever comes, a score is a number', () => {
  const value = fc.oneof(fc.float({ noNaN: false }), fc.constantFrom(0, -0, 1e-40, 3e38, -3e38, Infinity))
  const list = fc.array(fc.tuple(fc.float({ noNaN: true, min: -1e6, max: 1e6 }), value, value, value), { maxLength: 9 })
  fc.assert(
    fc.property(list, rows => {
      const all = Object.fromEntries(
        SIGNALS.map((signal, i) => [signal, Float32Array.from(rows, row => row[i]!)]),
      ) as Columns
      for (const score of fused(all)) expect(Number.isFinite(score)).toBe(true)
    }),
  )
})
