import { describe, expect, test } from 'vitest'
import { type Embedding, meanPooled, tokenVectors } from './embedding.js'
import { lateInteraction, queryTokens } from './lateInteraction.js'
import { PassageCoder } from './passageCodes.js'

const WEIGHTS = 'ab01'.repeat(16)
const random = (length: number) => Float32Array.from({ length }, () => Math.random() * 2 - 1)

function embeddingOf(rows: Float32Array, width: number): Embedding {
  const count = rows.length / width
  return { vector: meanPooled(rows, 0, count, width), tokens: tokenVectors(rows, 0, count, width) }
}

const late = (query: Embedding, passage: Embedding) =>
  lateInteraction(queryTokens(query.tokens!, [0, query.tokens!.scales.length]), passage.tokens!)

describe.each([8, 20, 384])('codes of vectors of %d numbers', width => {
  const coder = new PassageCoder(WEIGHTS, width)

  test.each([1, 2, 4, 5, 254])('a text of %d tokens has a code for each two', count => {
    const codes = coder.encode(embeddingOf(random(count * width), width))
    expect(codes.length).toBe(41 + width + Math.ceil(count / 2) * Math.ceil(width / 8))
    const { vector, tokens } = coder.decode(codes, 0)
    expect(vector.length).toBe(width)
    expect(tokens!.scales.length).toBe(Math.ceil(count / 2))
  })

  test('tokens that are signs, two of each, keep their late interaction up to the factor of all codes', () => {
    const patterns = Array.from({ length: 6 }, () => random(width).map(value => (value > 0 ? 1 : -1)))
    const rows = new Float32Array(12 * width)
    for (let token = 0; token < 12; token++) rows.set(patterns[token % 6]!, token * width)
    const passage = embeddingOf(rows, width)
    const query = embeddingOf(random(9 * width), width)
    const decoded = coder.decode(coder.encode(passage), 0)
    expect(late(query, decoded)).toBeCloseTo(late(query, passage) * Math.sqrt(Math.PI / 2), 3)
  })

  test('keeps the embedding in 8 bits', () => {
    const passage = embeddingOf(random(30 * width), width)
    const { vector } = coder.decode(coder.encode(passage), 0)
    const norm = Math.hypot(...vector)
    vector.forEach((value, k) => {
      expect(Math.abs(value / norm - passage.vector[k]!)).toBeLessThan(1 / 127)
    })
  })

  test('does not depend on the buffer that codes are a view of', () => {
    const codes = coder.encode(embeddingOf(random(12 * width), width))
    const whole = new Uint8Array(codes.length + 13).fill(255)
    whole.set(codes, 7)
    expect(coder.decode(whole.subarray(7, 7 + codes.length), 0)).toEqual(coder.decode(codes, 0))
  })

  test('refuses other weights, another width, what is cut off, and other bytes', () => {
    const codes = coder.encode(embeddingOf(random(12 * width), width))
    const refused = (coder: PassageCoder, codes: Uint8Array, what: RegExp) => {
      const error = expect.objectContaining({
        code: 'bad-vector',
        index: 5,
        message: expect.stringMatching(what),
        remedy: 'Make codes with `encode` of the same model.',
      })
      expect(() => coder.decode(codes, 5)).toThrow(error)
    }
    refused(new PassageCoder('cd01'.repeat(16), width), codes, /other weights/)
    refused(new PassageCoder(WEIGHTS, width + 8), codes, /other weights/)
    for (const length of [5, 37, 38, 39, 40, 41, codes.length - 1]) {
      refused(coder, codes.subarray(0, length), /other weights|cut off/)
    }
    refused(coder, Uint8Array.from([...codes, 0]), /cut off/)
    refused(coder, new Uint8Array(), /not from/)
    refused(coder, crypto.getRandomValues(new Uint8Array(codes.length)).fill(0, 0, 1), /not from/)
  })
})
