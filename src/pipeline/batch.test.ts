import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BatchBudget, largestBatch, paddedLength, planBatches, SLICE } from './batch.js'

test('a length is padded to the next multiple of 16', () => {
  expect([0, 1, 16, 17, 256].map(paddedLength)).toEqual([16, 16, 16, 32, 256])
})

test('every item is in one batch, with items of its own padded length, within the limit', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(300), { maxLength: 60 }), fc.integer({ min: 0, max: 40 }), (lengths, limit) => {
      const items = lengths.map((length, place) => ({ length, place }))
      const batches = planBatches(
        items,
        item => item.length,
        () => limit,
      )
      expect(
        batches
          .flat()
          .map(item => item.place)
          .sort((a, b) => a - b),
      ).toEqual(items.map(item => item.place))
      for (const batch of batches) {
        expect(batch.length).toBeLessThanOrEqual(Math.max(1, limit))
        expect(new Set(batch.map(item => paddedLength(item.length))).size).toBe(1)
      }
    }),
  )
})

test('the batch of the likeliest candidate goes first', () => {
  const batches = planBatches(
    [40, 10, 41, 11],
    length => length,
    () => 8,
  )
  expect(batches).toEqual([
    [40, 41],
    [10, 11],
  ])
})

test('the budget grows on a fast device and shrinks on a slow one, within its bounds', () => {
  const fast = new BatchBudget(40, 8192)
  for (let i = 0; i < 20; i++) fast.learn(512, 1)
  expect(fast.limit(16)).toBe(SLICE)
  expect(fast.limit(1024)).toBe(8)
  const slow = new BatchBudget(40, 8192)
  for (let i = 0; i < 20; i++) slow.learn(16, 10_000)
  expect(slow.limit(16)).toBeGreaterThanOrEqual(1)
})

test("no intermediate of a batch passes the device's largest buffer", () => {
  const t5Base = { heads: 12, ffWidth: 3072, width: 768 }
  const smallGpu = 128 * 1024 * 1024
  expect(largestBatch(t5Base, 512, 4, smallGpu)).toBe(10)
  expect(10 * 12 * 512 * 512 * 4).toBeLessThanOrEqual(smallGpu)
  expect(largestBatch(t5Base, 4096, 4, smallGpu)).toBe(1)
})
