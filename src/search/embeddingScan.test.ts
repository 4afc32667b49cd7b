import { describe, expect, it } from 'vitest'
import { scoreCodes, toCodes } from './codes.js'
import { embeddingCosines, scannedEmbeddings } from './embeddingScan.js'

/** Numbers that look random and are the same in every run. */
function vectors(count: number, width: number, seed = 1): Float32Array[] {
  let state = seed
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return state / 2 ** 31
  }
  return Array.from({ length: count }, () => Float32Array.from({ length: width }, next))
}

describe('the scan of embeddings', () => {
  it.each([
    [1, 384],
    [15, 384],
    [16, 384],
    [1000, 384],
    [5000, 1024],
    [33, 8],
    [7, 48],
  ])('gives the cosines of %s codes of %s signs, to three digits', (count, width) => {
    const [query, ...all] = vectors(count + 1, width, count)
    const codes = toCodes(all)
    const expected = scoreCodes(query!, codes)
    const cosines = embeddingCosines(query!, scannedEmbeddings(codes, width))
    expect(cosines).toHaveLength(count)
    cosines.forEach((cosine, n) => {
      expect(Math.abs(cosine - expected[n]!)).toBeLessThan(1e-3)
    })
  })

  it.each([
    ['the highest product', 1, 1],
    ['the lowest product', 1, -1],
    ['numbers near the limit of floats', 1e36, 1],
    ['numbers near zero', 1e-36, 1],
  ])('holds %s', (_, size, sign) => {
    const query = vectors(1, 384)[0]!.map(x => (x > 0 ? size : -size))
    const scanned = scannedEmbeddings(toCodes([query.map(x => sign * x)]), 384)
    expect(Math.abs(embeddingCosines(query, scanned)[0]! - sign)).toBeLessThan(1e-3)
  })

  it('answers 0 for a query of zeros, and nothing without sections', () => {
    const codes = toCodes(vectors(3, 384))
    expect([...embeddingCosines(new Float32Array(384), scannedEmbeddings(codes, 384))]).toEqual([0, 0, 0])
    expect(embeddingCosines(vectors(1, 384)[0]!, scannedEmbeddings(new Uint8Array(), 384))).toHaveLength(0)
  })
})
