import { expect, test } from 'vitest'
import { toLatestIterable } from './latestIterable.js'

const tick = () => new Promise(resolve => setTimeout(resolve, 1))

test('a slow consumer sees the newest value, and the result last', async () => {
  const seen: number[] = []
  const values = toLatestIterable<number>(async push => {
    push(1)
    await tick()
    push(2)
    push(3)
    await tick()
    return 4
  })
  for await (const value of values) seen.push(value)
  expect(seen).toEqual([1, 3, 4])
})

test('leaving the loop aborts the call', async () => {
  let left: AbortSignal | undefined
  for await (const _ of toLatestIterable<number>(async (push, signal) => {
    left = signal
    push(1)
    return new Promise(() => {})
  })) {
    break
  }
  expect(left?.aborted).toBe(true)
})

test('a failure is thrown in the loop', async () => {
  const values = toLatestIterable<number>(async () => {
    throw new Error('broken')
  })
  await expect(values.next()).rejects.toThrow('broken')
})
