import { expect, it } from 'vitest'
import { InnerProducts } from './innerProducts.js'

it.each([
  [0, 8],
  [1, 8],
  [2, 4],
  [3, 6],
  [5, 384],
  [31, 384],
  [256, 768],
])('gives the inner products of %d vectors of %d numbers', (count, width) => {
  const products = InnerProducts.forWidth(width)
  // A call does not depend on what earlier ones left.
  products.of(new Float32Array(12 * width).fill(9))
  const vectors = Float32Array.from({ length: count * width }, (_, i) => (i * 7919) % 13)
  const at = products.of(vectors)
  for (let one = 0; one < count; one++) {
    for (let other = one; other < count; other += 7) {
      let sum = 0
      for (let k = 0; k < width; k++) sum += vectors[one * width + k]! * vectors[other * width + k]!
      // Small whole numbers: their sums are exact.
      expect(at(one, other)).toBe(sum)
    }
  }
})
