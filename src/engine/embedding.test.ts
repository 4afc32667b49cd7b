import { expect, test } from 'vitest'
import { meanPooled, tokenVectors } from './embedding.js'

const random = (length: number) => Float32Array.from({ length }, () => Math.random() * 2 - 1)

test.each([1, 4, 7])('the mean of %d rows has their direction and unit length', count => {
  const rows = random(10 * 6)
  const sums = Array.from({ length: 6 }, (_, k) =>
    Array.from({ length: count }, (_, row) => rows[(2 + row) * 6 + k]!).reduce((sum, value) => sum + value),
  )
  const norm = Math.hypot(...sums)
  meanPooled(rows, 2, count, 6).forEach((value, k) => {
    expect(value).toBeCloseTo(sums[k]! / norm, 5)
  })
})

test.each([6, 7])('tokens of width %d keep their directions in 8 bits, a zero among them', width => {
  const rows = random(4 * width)
  rows.fill(0, 2 * width, 3 * width)
  const { values, scales } = tokenVectors(rows, 1, 3, width)
  for (let token = 0; token < 3; token++) {
    const row = rows.subarray((1 + token) * width, (2 + token) * width)
    const norm = Math.hypot(...row) || 1
    row.forEach((value, k) => {
      expect(Math.abs(values[token * width + k]! * scales[token]! - value / norm)).toBeLessThan(1 / 127)
    })
  }
})
