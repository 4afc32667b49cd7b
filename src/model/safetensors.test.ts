import { describe, expect, test } from 'vitest'
import { RerankError } from '../api/errors.js'
import { openWeights } from './safetensors.js'

type Entries = Record<string, { dtype: string; shape: number[]; data_offsets: number[] }>

/** A file of this header and so many bytes 0, 1, 2, … of tensors. */
function file(header: Entries | string, dataBytes: number, claimedLength?: number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + json.length + dataBytes)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(claimedLength ?? json.length), true)
  bytes.set(json, 8)
  bytes.set(
    Uint8Array.from({ length: dataBytes }, (_, i) => i),
    8 + json.length,
  )
  return bytes
}

const entry = (dtype: string, shape: number[], begin: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
})

const damaged = (bytes: Uint8Array, cause: string) => {
  try {
    openWeights(bytes)
  } catch (error) {
    expect(error).toMatchObject({ code: 'bad-weights', cause: { code: cause } })
    return
  }
  throw new Error('was accepted')
}

describe('reads', () => {
  const whole = file(
    {
      'a.weight': entry('U8', [2, 3], 0, 6),
      'gap.0': entry('U8', [2], 6, 8),
      'a.scales': entry('F32', [2], 8, 16),
      'b.weight': entry('U8', [1, 16], 16, 32),
      'b.scales': entry('F16', [1, 1], 32, 34),
      'c.weight': entry('F32', [1], 36, 40),
    },
    40,
  )

  test('the three kinds of tensors', () => {
    const weights = openWeights(whole)
    expect(weights.get('a.weight')).toMatchObject({ kind: 'q8', shape: [2, 3], data: Uint8Array.of(0, 1, 2, 3, 4, 5) })
    expect(weights.get('b.weight')).toMatchObject({ kind: 'q4', shape: [1, 32] })
    expect(weights.get('c.weight')).toMatchObject({ kind: 'fp32', shape: [1] })
    expect(weights.has('c.weight')).toBe(true)
    expect(weights.has('d.weight')).toBe(false)
    expect(() => weights.get('d.weight')).toThrow(expect.objectContaining({ code: 'missing-tensor' }))
  })

  test.each([1, 3, 7, 64, 1000])('the same from chunks of %i bytes', size => {
    const chunks: Uint8Array[] = []
    for (let at = 0; at < whole.length; at += size) chunks.push(whole.slice(at, at + size))
    for (const name of ['a.weight', 'b.weight', 'c.weight']) {
      expect(openWeights(chunks).get(name)).toEqual(openWeights(whole).get(name))
    }
  })

  test('aligned tensors without copying them', () => {
    const { data } = openWeights(whole).get('a.weight')
    expect(data.buffer).toBe(whole.buffer)
  })

  test('a quantized matrix only with scales to match', () => {
    const lacking = file({ 'a.weight': entry('U8', [2, 3], 0, 6), 'a.scales': entry('F32', [1], 8, 12) }, 12)
    expect(() => openWeights(lacking).get('a.weight')).toThrow(expect.objectContaining({ code: 'bad-weights' }))
  })
})

describe('refuses', () => {
  test('a file too short for its header', () => {
    damaged(new Uint8Array(3), 'truncated-file')
    damaged(file({}, 0, 1000), 'bad-header')
    damaged(file({}, 0, 2 ** 52), 'bad-header')
  })

  test('a header that is not a JSON object of tensors', () => {
    damaged(file('{"a": ', 0), 'bad-header')
    damaged(file('[]', 0), 'bad-header')
    damaged(file('{"a": null}', 0), 'bad-header')
    damaged(file('{"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}', 4), 'bad-header')
    damaged(file('{"a": {"dtype": "F32", "shape": [1.5], "data_offsets": [0, 6]}}', 8), 'bad-header')
    damaged(file('{"a": {"dtype": "F32", "shape": [1], "data_offsets": [0]}}', 4), 'bad-header')
  })

  test('a name listed twice', () => {
    const tensor = '{"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}'
    damaged(file(`{"a": ${tensor}, "a": ${tensor}}`, 1), 'bad-header')
    damaged(file(`{"a": ${tensor}, "\\u0061": ${tensor}}`, 1), 'bad-header')
  })

  test('offsets that overlap, run backwards or leave the file', () => {
    damaged(file({ a: entry('U8', [4], 0, 4), b: entry('U8', [4], 3, 7) }, 8), 'bad-offsets')
    damaged(file({ a: entry('U8', [0], 4, 0) }, 8), 'bad-offsets')
    damaged(file({ a: entry('U8', [4], 100, 104) }, 8), 'bad-offsets')
    damaged(file({ a: entry('U8', [9], 0, 9) }, 8), 'truncated-file')
  })

  test('a shape that is not that of its bytes, however large', () => {
    damaged(file({ a: entry('F32', [3], 0, 8) }, 8), 'bad-header')
    damaged(file({ a: entry('F32', [2 ** 52, 2 ** 52, 2 ** 52], 0, 8) }, 8), 'bad-header')
  })
})

test('a file with any one byte changed is read or refused, never more', () => {
  const whole = file({ 'a.weight': entry('U8', [2, 3], 0, 6), 'a.scales': entry('F32', [2], 8, 16) }, 16)
  for (let at = 0; at < whole.length; at++) {
    const damaged = Uint8Array.from(whole)
    damaged[at]! ^= 1 << (at % 8)
    try {
      openWeights(damaged).get('a.weight')
    } catch (error) {
      expect(error).toBeInstanceOf(RerankError)
    }
  }
})

describe('given the model they are for, refuses', () => {
  const model = {
    dtype: 'fp32' as const,
    views: 2,
    architecture: {
      family: 't5' as const,
      width: 1,
      layers: 1,
      heads: 1,
      headWidth: 1,
      ffWidth: 1,
      epsilon: 1e-6,
      vocabulary: 3,
      exits: [1],
      activation: 'relu' as const,
      buckets: 32,
      maxDistance: 128,
      anchor: { layers: 1, heads: 1, headWidth: 1, ffWidth: 1, activation: 'relu' as const, epsilon: 1e-6 },
    },
  }

  test('weights that lack a tensor or have another shape', () => {
    const refusal = (header: Entries) => {
      try {
        openWeights(file(header, 16), model)
      } catch (error) {
        expect(error).toBeInstanceOf(RerankError)
        return (error as RerankError).message
      }
      return undefined
    }
    expect(refusal({})).toMatch('encoder.embed.weight is missing')
    expect(refusal({ 'encoder.embed.weight': entry('F32', [4, 1], 0, 16) })).toMatch('F32 [4,1]')
    expect(refusal({ 'encoder.embed.weight': entry('U8', [3, 1], 0, 3) })).toMatch('U8 [3,1]')
  })
})
