import { expect, test } from 'vitest'
import { VectorCache } from './vectorCache.js'

const vector = (value: number) => new Float32Array(256).fill(value)

test('equal prompts at equal depth share an entry; others do not', () => {
  const key = VectorCache.key([1, 2, 3], 6)
  expect(VectorCache.key([1, 2, 3], 6)).toBe(key)
  expect(VectorCache.key([1, 2], 6)).not.toBe(key)
  expect(VectorCache.key([1, 2, 3], 4)).not.toBe(key)
  expect(VectorCache.key([1, 2, 3 + 65_536], 6)).not.toBe(key)
})

test('the least recently used entries go when the bound in bytes is passed', () => {
  // Three of 1024 bytes, and what there is around them.
  const cache = new VectorCache(3 * 1600)
  cache.set('a', vector(1))
  cache.set('b', vector(2))
  cache.set('c', vector(3))
  expect(cache.get('a')).toEqual(vector(1))
  cache.set('d', vector(4))
  expect(cache.get('b')).toBeUndefined()
  expect(cache.get('a')).toEqual(vector(1))
  expect(cache.get('d')).toEqual(vector(4))
})

test('an entry larger than the bound is not kept', () => {
  const cache = new VectorCache(100)
  cache.set('a', vector(1))
  expect(cache.get('a')).toBeUndefined()
})

test('what there is around the numbers of short texts counts', () => {
  const tokens = (count: number) => ({ values: new Int8Array(count), scales: new Float32Array(count) })
  const cache = new VectorCache(3 * 2000)
  for (const key of ['a', 'b', 'c', 'd']) cache.set(key, { vector: new Float32Array(2), tokens: tokens(2) })
  expect(cache.get('a')).toBeUndefined()
  expect(cache.get('b')).toBeDefined()
})
