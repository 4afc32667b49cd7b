import { expect, test } from 'vitest'
import { KeptCodes } from './keptCodes.js'

const codes = (length: number) => new Uint8Array(length)

test('a key is a hash of weights and text', async () => {
  const key = await new KeptCodes('one', 1e6).keyOf('a text')
  expect(key).toMatch(/^[0-9a-f]{64}$/)
  expect(await new KeptCodes('one', 1e6).keyOf('a text')).toBe(key)
  expect(await new KeptCodes('other', 1e6).keyOf('a text')).not.toBe(key)
  expect(await new KeptCodes('one', 1e6).keyOf('a text ')).not.toBe(key)
})

test('drops those that were not asked for longest, and never exceeds its bytes', () => {
  const kept = new KeptCodes('weights', 3 * (1000 + 700))
  for (const key of ['a', 'b', 'c']) kept.set(key, codes(1000))
  expect(kept.get('a')).toBeDefined()
  kept.set('d', codes(1000))
  expect(['a', 'b', 'c', 'd'].map(key => kept.get(key) !== undefined)).toEqual([true, false, true, true])
  kept.set('large', codes(10_000))
  expect(['a', 'c', 'd', 'large'].filter(key => kept.get(key))).toEqual([])
  kept.set('a', codes(1000))
  expect(kept.get('a')).toBeDefined()
  kept.clear()
  expect(kept.get('a')).toBeUndefined()
})

test('keeps nothing unless bytes are given', () => {
  const kept = new KeptCodes('weights', 0)
  expect(kept.isOn).toBe(false)
  kept.set('a', codes(1))
  expect(kept.get('a')).toBeUndefined()
})
