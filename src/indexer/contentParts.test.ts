import { describe, expect, it } from 'vitest'
import { packTokenCodes } from '../search/tokenCodes.js'
import { contentParts, partSizes } from './contentParts.js'

const SIZES = { least: 1024, most: 4096 }

/** Bytes that look random and are the same in every run. */
function bytes(length: number, seed = 1): Uint8Array {
  let state = seed
  return Uint8Array.from({ length }, () => {
    state = (state * 48271) % 2147483647
    return state >> 8
  })
}

const keys = (parts: readonly Uint8Array[]) => new Set(parts.map(part => Buffer.from(part).toString('base64')))

describe('parts', () => {
  it.each([0, 1, 1024, 5000, 200_000])('put together are the %d bytes, and keep to their sizes', length => {
    const whole = bytes(length)
    const parts = contentParts(whole, SIZES)
    expect(Buffer.concat(parts).equals(whole)).toBe(true)
    for (const part of parts.slice(0, -1)) {
      expect(part.length).toBeGreaterThanOrEqual(SIZES.least)
      expect(part.length).toBeLessThanOrEqual(SIZES.most)
    }
    expect(parts.length).toBe(Math.max(1, parts.filter(({ length }) => length > 0).length))
  })

  it('of a large file are larger, so that a visitor makes few requests', () => {
    expect(partSizes(0)).toEqual({ least: 32_768, most: 131_072 })
    expect(partSizes(3_000_000)).toEqual({ least: 32_768, most: 131_072 })
    for (const length of [5_000_000, 20_000_000]) {
      const parts = contentParts(bytes(length), partSizes(length)).length
      expect(parts).toBeGreaterThan(24)
      expect(parts).toBeLessThan(80)
    }
  })

  it('have about twice the least size', () => {
    const { length } = contentParts(bytes(400_000), SIZES)
    expect(400_000 / length).toBeGreaterThan(1.6 * SIZES.least)
    expect(400_000 / length).toBeLessThan(2.4 * SIZES.least)
  })

  it.each([
    [
      'put in',
      (whole: Uint8Array) => Buffer.concat([whole.subarray(0, 100_000), bytes(777, 5), whole.subarray(100_000)]),
    ],
    ['left out', (whole: Uint8Array) => Buffer.concat([whole.subarray(0, 100_000), whole.subarray(100_777)])],
    ['changed', (whole: Uint8Array) => whole.map((byte, at) => (at === 100_000 ? byte ^ 1 : byte))],
  ])('stay the same but for few where bytes are %s', (_, edit) => {
    const whole = bytes(200_000)
    const before = keys(contentParts(whole, SIZES))
    const after = contentParts(edit(whole), SIZES)
    expect([...keys(after)].filter(part => !before.has(part)).length).toBeLessThanOrEqual(3)
  })

  it('of equal bytes end, too', () => {
    expect(contentParts(new Uint8Array(10_000), SIZES).map(({ length }) => length)).toEqual([4096, 4096, 1808])
  })

  it('of token codes are the same but for those around an edited section', () => {
    const width = 64
    const codes = Array.from({ length: 600 }, (_, section) => bytes(8 * (10 + (section % 16)), section + 1))
    const mean = new Float32Array(width)
    const before = contentParts(packTokenCodes(mean, codes), SIZES)
    codes[300] = bytes(8 * 24, 7777)
    const after = contentParts(packTokenCodes(mean, codes), SIZES)
    const known = keys(before)
    expect(after.length).toBeGreaterThan(30)
    expect(after.filter(part => ![...keys([part])].some(key => known.has(key))).length).toBeLessThan(6)
  })
})
