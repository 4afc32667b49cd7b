import { describe, expect, it } from 'vitest'
import { lateInteraction, scannedCodes } from './lateInteraction.js'
import { codesOfSection, packTokenCodes, unpackTokenCodes } from './tokenCodes.js'

const WIDTH = 48
const BYTES = WIDTH / 8

/** Small numbers that look random and are the same in every run. */
function numbers(count: number, seed: number): Float32Array {
  let state = seed
  return Float32Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647 - 0.5
  })
}

const bytesOf = (count: number, seed: number) => Uint8Array.from(numbers(count, seed), value => (value + 0.5) * 256)

const mean = numbers(WIDTH, 3).map(value => value / 10)
const sections = [4, 1, 0, 25].map((codes, i) => bytesOf(codes * BYTES, 10 + i))
const packed = packTokenCodes(mean, sections)
const tokenCodes = unpackTokenCodes(packed, sections.length, WIDTH)
const scanned = scannedCodes(tokenCodes)

describe('late interaction', () => {
  it.each([1, 2, 7, 32])('is the mean of the best cosines, for %s tokens of a query', count => {
    const query = numbers(count * WIDTH, 20 + count)
    const rows = query.map((value, k) => value - mean[k % WIDTH]!)
    const places = [3, 0, 1]
    const scores = lateInteraction(query, scanned, places)
    places.forEach((place, i) => {
      const codes = sections[place]!
      let sum = 0
      for (let token = 0; token < count; token++) {
        const norm = Math.hypot(...rows.subarray(token * WIDTH, (token + 1) * WIDTH))
        let best = -1
        for (let code = 0; code < codes.length; code += BYTES) {
          let product = 0
          for (let k = 0; k < WIDTH; k++) {
            const sign = (codes[code + (k >> 3)]! >> (k & 7)) & 1 ? 1 : -1
            product += rows[token * WIDTH + k]! * sign
          }
          best = Math.max(best, product / (Math.sqrt(WIDTH) * norm))
        }
        sum += best
      }
      expect(scores[i]).toBeCloseTo(sum / count, 3)
    })
  })

  it('takes the first 32 tokens of a long query', () => {
    const query = numbers(90 * WIDTH, 4)
    expect(lateInteraction(query, scanned, [0, 1])).toEqual(
      lateInteraction(query.subarray(0, 32 * WIDTH), scanned, [0, 1]),
    )
  })

  it('is lowest for a section without codes', () => {
    const [without, ...others] = lateInteraction(numbers(3 * WIDTH, 5), scanned, [2, 0, 1, 3])
    for (const other of others) expect(other).toBeGreaterThan(without!)
  })
})

describe('the file', () => {
  it('holds the codes of each section', () => {
    sections.forEach((codes, section) => {
      expect([...codesOfSection(tokenCodes, section)]).toEqual([...codes])
    })
    expect([...tokenCodes.mean]).toEqual([...mean])
  })

  it('that does not fit is refused', () => {
    const read =
      (bytes: Uint8Array, count = sections.length) =>
      () =>
        unpackTokenCodes(bytes, count, WIDTH)
    for (const bad of [packed.subarray(1), new Uint8Array(), packed.subarray(0, 4 * WIDTH)]) {
      expect(read(bad)).toThrow(expect.objectContaining({ code: 'bad-index' }))
    }
    expect(read(packed, sections.length + 1)).toThrow(expect.objectContaining({ code: 'bad-index' }))
  })
})
