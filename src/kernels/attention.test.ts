import { expect, test } from 'vitest'
import { testKernels } from './testing.js'

const { kernels, heap } = await testKernels()
const wave = (length: number, phase: number) => Float32Array.from({ length }, (_, i) => 2 * Math.sin(i * 1.7 + phase))

test.each([
  [1, 1, 1, 4],
  [3, 3, 2, 12],
  [5, 33, 3, 8],
  [80, 80, 2, 32],
])('attention of %i queries to %i tokens, %i heads of %i', (queries, tokens, heads, headWidth) => {
  const width = heads * headWidth
  const positions = tokens + 3
  for (const biased of [false, true]) {
    const { end } = heap
    const [q, k, v] = [wave(queries * width, 0), wave(tokens * width, 1), wave(tokens * width, 2)]
    const bias = wave(heads * (2 * positions - 1), 3)
    const at = heap.writeFloats(q)
    const relative = biased ? heap.writeFloats(bias) : 0
    const [keys, values] = [heap.writeFloats(k), heap.writeFloats(v)]
    const scratch = heap.allocate(kernels.attentionScratch(tokens, headWidth))
    kernels.attention(at, queries, keys, values, tokens, width * 4, heads, headWidth, relative, positions, scratch)
    const got = heap.floats(at, q.length)
    for (let query = 0; query < queries; query++) {
      for (let head = 0; head < heads; head++) {
        const logits = Array.from({ length: tokens }, (_, token) => {
          let sum = biased ? bias[head * (2 * positions - 1) + positions - 1 + token - query]! : 0
          for (let i = head * headWidth; i < (head + 1) * headWidth; i++) {
            sum += q[query * width + i]! * k[token * width + i]!
          }
          return sum
        })
        const largest = Math.max(...logits)
        const weights = logits.map(logit => 2 ** (logit - largest))
        const total = weights.reduce((sum, weight) => sum + weight, 0)
        for (let i = head * headWidth; i < (head + 1) * headWidth; i++) {
          const mixed = weights.reduce((sum, weight, token) => sum + (weight / total) * v[token * width + i]!, 0)
          expect(Math.abs(got[query * width + i]! - mixed)).toBeLessThan(1e-4)
        }
      }
    }
    heap.release(end)
  }
})
