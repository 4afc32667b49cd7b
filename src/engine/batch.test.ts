import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BatchBudget, ENCODE_CHUNK, largestBatch, paddedLength, planBatches } from './batch.js'

test('a length is padded to the next multiple of 16', () => {
  expect([0, 1, 16, 17, 256].map(length => paddedLength(length))).toEqual([16, 16, 16, 32, 256])
})

const limits = (mixesLengths: boolean, maxPrompts = 100) => ({
  mixesLengths,
  minLength: 16,
  maxPrompts: () => maxPrompts,
})

test('a device may pad to more', () => {
  expect([0, 16, 17, 40].map(length => paddedLength(length, 32))).toEqual([32, 32, 32, 48])
})

test('every item is in one batch, within the limits, and with items of its own padded length unless these may be mixed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 60 }),
      fc.integer({ min: 0, max: 4000 }),
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      (lengths, tokens, most, mixed) => {
        const items = lengths.map((length, place) => ({ length, place }))
        const batches = [
          ...planBatches(
            items,
            item => item.length,
            limits(mixed, most),
            () => tokens,
          ),
        ]
        const places = batches.flat().map(item => item.place)
        expect(places.sort((a, b) => a - b)).toEqual(items.map(item => item.place))
        for (const batch of batches) {
          expect(batch.length).toBeLessThanOrEqual(Math.min(most, ENCODE_CHUNK))
          if (!mixed) expect(new Set(batch.map(item => paddedLength(item.length))).size).toBe(1)
          const cost = batch.reduce((sum, { length }) => sum + (mixed ? length : paddedLength(length)), 0)
          const last = batch.at(-1)!.length
          if (batch.length > 1) expect(cost - (mixed ? last : paddedLength(last)) / 2).toBeLessThanOrEqual(tokens)
        }
      },
    ),
  )
})

test('the batch of the likeliest candidate goes first', () => {
  const plan = (mixed: boolean, tokens: number) => [
    ...planBatches(
      [40, 10, 41, 11],
      length => length,
      limits(mixed),
      () => tokens,
    ),
  ]
  expect(plan(false, 500)).toEqual([
    [40, 41],
    [10, 11],
  ])
  expect(plan(true, 500)).toEqual([
    [40, 41],
    [10, 11],
  ])
  expect(plan(true, 40)).toEqual([[40], [41], [10, 11]])
})

test('neighbours in length share a batch where lengths may be mixed, in equal parts', () => {
  const lengths = [20, 90, 30, 80, 40, 70, 50, 60]
  const batches = [
    ...planBatches(
      lengths,
      length => length,
      limits(true),
      () => 250,
    ),
  ]
  expect(batches).toEqual([
    [20, 30, 40, 50, 60],
    [70, 80, 90],
  ])
})

test('a batch holds a multiple of the prompts that are computed together, unless the list or a limit ends', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 0, max: 4000 }),
      fc.integer({ min: 1, max: 8 }),
      (lengths, tokens, together) => {
        const batches = [
          ...planBatches(
            lengths,
            length => length,
            { ...limits(true), together },
            () => tokens,
          ),
        ]
        expect(batches.flat().sort((a, b) => a - b)).toEqual([...lengths].sort((a, b) => a - b))
        // Lists go from the likeliest item's length upwards, then come the shorter ones.
        const uneven = batches.filter(batch => batch.length % together > 0 && batch.length < ENCODE_CHUNK)
        expect(uneven.length).toBeLessThanOrEqual(2)
      },
    ),
  )
})

test('the budget grows on a fast device and shrinks on a slow one, within its bounds', () => {
  const fast = new BatchBudget(40, 8192)
  for (let i = 0; i < 20; i++) fast.learn(512, 1)
  expect(fast.tokens).toBe(8192)
  const slow = new BatchBudget(40, 8192)
  for (let i = 0; i < 20; i++) slow.learn(16, 10_000)
  expect(slow.tokens).toBe(16)
})

test("no intermediate of a batch passes the device's largest buffer", () => {
  const t5Base = { heads: 12, ffWidth: 3072, width: 768 }
  const smallGpu = 128 * 1024 * 1024
  expect(largestBatch(t5Base, 512, 4, smallGpu)).toBe(10)
  expect(10 * 12 * 512 * 512 * 4).toBeLessThanOrEqual(smallGpu)
  expect(largestBatch(t5Base, 4096, 4, smallGpu)).toBe(1)
})
