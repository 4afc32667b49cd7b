import { expect, test } from 'vitest'
import { DotProduct } from './dotProduct.js'

test.each([
  [1, 2, true],
  [2, 1, false],
])('after both were tried, the faster form stays: %d against %d', (one, pairs, expected) => {
  const dotProduct = new DotProduct()
  const tried = { one: 0, pairs: 0 }
  for (let job = 0; job < 100; job++) {
    const { oneInstruction } = dotProduct
    tried[oneInstruction ? 'one' : 'pairs']++
    // Code that is not compiled yet, and other work of the machine, take longer.
    dotProduct.learn((oneInstruction ? one : pairs) * (job < 4 ? 5 * (1 + (job % 2)) : 1 + (job % 3)))
  }
  expect(dotProduct.oneInstruction).toBe(expected)
  expect(Math.min(tried.one, tried.pairs)).toBe(12)
})
