import { expect, test } from 'vitest'
import { relativeBuckets } from './relativeBuckets.js'

test('exact distances near by, logarithmic ones beyond, both directions apart', () => {
  // From transformers: T5Attention._relative_position_bucket(key - query), 32 buckets up to distance 128.
  const fromTransformers = {
    0: 0,
    1: 17,
    7: 23,
    8: 24,
    11: 24,
    12: 25,
    15: 25,
    16: 26,
    23: 27,
    64: 30,
    90: 30,
    91: 31,
    199: 31,
  }
  const row = relativeBuckets(200, 32, 128)
  for (const [distance, bucket] of Object.entries(fromTransformers)) expect(Number(row[Number(distance)])).toBe(bucket)
  // The same distances backwards: the other half of the buckets.
  for (const [distance, bucket] of Object.entries(fromTransformers)) {
    expect(Number(row[Number(distance) * 200])).toBe(bucket % 16)
  }
})
