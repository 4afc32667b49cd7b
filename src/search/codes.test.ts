import { expect, test } from 'vitest'
import { codeBytes, hammingDistances, scoreCodes, toCodes } from './codes.js'

const WIDTH = 384

/** Repeatable numbers around zero. */
function vectors(count: number): Float32Array[] {
  let state = 1
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return state / 2 ** 31
  }
  return Array.from({ length: count }, () => Float32Array.from({ length: WIDTH }, next))
}

const signs = (vector: Float32Array) => Array.from(vector, x => (x > 0 ? 1 : -1))

test('a vector of 384 numbers is a code of 48 bytes, the signs in order', () => {
  expect(codeBytes(WIDTH)).toBe(48)
  const all = vectors(3)
  const codes = toCodes(all)
  expect(codes).toHaveLength(3 * 48)
  for (const [n, vector] of all.entries()) {
    const read = Array.from({ length: WIDTH }, (_, i) => ((codes[n * 48 + (i >> 3)]! >> (i & 7)) & 1 ? 1 : -1))
    expect(read).toEqual(signs(vector))
  }
})

test('the score is the cosine between the query and the signs', () => {
  const [query, ...all] = vectors(20) as [Float32Array, ...Float32Array[]]
  const norm = Math.hypot(...query) * Math.sqrt(WIDTH)
  const expected = all.map(vector => signs(vector).reduce((sum, sign, i) => sum + sign * query[i]!, 0) / norm)
  const scores = scoreCodes(query, toCodes(all))
  scores.forEach((score, n) => {
    expect(score).toBeCloseTo(expected[n]!, 6)
  })
  expect(scoreCodes(query, toCodes([query]))[0]).toBeGreaterThan(0.8)
})

test('the distance is the number of signs that differ', () => {
  const [query, ...all] = vectors(20) as [Float32Array, ...Float32Array[]]
  const code = toCodes([query])
  const expected = all.map(vector => signs(vector).filter((sign, i) => sign !== signs(query)[i]).length)
  expect([...hammingDistances(code, toCodes(all))]).toEqual(expected)
  expect([...hammingDistances(code, code)]).toEqual([0])
})

test('no vectors are no codes; widths that fit no bytes or each other are refused', () => {
  expect(toCodes([])).toEqual(new Uint8Array(0))
  expect(scoreCodes(new Float32Array(WIDTH), new Uint8Array(0))).toEqual(new Float32Array(0))
  expect(() => toCodes([new Float32Array(7)])).toThrow(expect.objectContaining({ code: 'bad-vector' }))
  expect(() => toCodes([new Float32Array(8), new Float32Array(16)])).toThrow(
    expect.objectContaining({ code: 'bad-vector' }),
  )
  expect(() => scoreCodes(new Float32Array(16), new Uint8Array(3))).toThrow(
    expect.objectContaining({ code: 'bad-vector' }),
  )
})
