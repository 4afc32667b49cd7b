import { expect, test } from 'vitest'
import type { TokenVectors } from './embedding.js'
import { lateInteraction, queryTokens } from './lateInteraction.js'

function tokens(count: number, width: number): TokenVectors {
  return {
    values: Int8Array.from({ length: count * width }, () => Math.round(Math.random() * 254) - 127),
    scales: Float32Array.from({ length: count }, () => 0.5 + Math.random()),
  }
}

function expected(query: TokenVectors, from: number, to: number, passage: TokenVectors, width: number): number {
  let sum = 0
  for (let token = from; token < to; token++) {
    const cosines = Array.from(passage.scales, (scale, other) => {
      let product = 0
      for (let k = 0; k < width; k++) product += query.values[token * width + k]! * passage.values[other * width + k]!
      return product * scale
    })
    sum += Math.max(...cosines) * query.scales[token]!
  }
  return sum / (to - from)
}

test.each([1, 3, 8, 9, 17])('the mean of the best products of %d tokens, exactly', count => {
  const width = 33
  const query = tokens(count + 2, width)
  const passage = tokens(5, width)
  expect(lateInteraction(queryTokens(query, [1, count + 1]), passage)).toBe(
    expected(query, 1, count + 1, passage, width),
  )
})

test('products of the largest numbers stay exact', () => {
  const width = 1024
  const row = (value: number) => new Int8Array(width).fill(value)
  const values = new Int8Array(8 * width)
  for (let token = 0; token < 8; token++) values.set(row(token % 2 ? 127 : -127), token * width)
  const query = { values, scales: new Float32Array(8).fill(1) }
  const passage = { values: row(-127), scales: new Float32Array([1]) }
  for (let token = 0; token < 8; token++) {
    const product = (token % 2 ? -1 : 1) * 127 * 127 * width
    expect(lateInteraction(queryTokens(query, [token, token + 1]), passage)).toBe(product)
  }
  expect(lateInteraction(queryTokens(query, [0, 8]), passage)).toBe(0)
})

test('a query without tokens of its own says nothing', () => {
  expect(lateInteraction(queryTokens(tokens(2, 16), [1, 1]), tokens(3, 16))).toBeNaN()
})
