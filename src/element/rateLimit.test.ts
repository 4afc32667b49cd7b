import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { debounce, throttle } from './rateLimit.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('waits for a pause and acts on the last call', () => {
  const seen: number[] = []
  const act = debounce(100, (value: number) => seen.push(value))
  act(1)
  vi.advanceTimersByTime(99)
  act(2)
  vi.advanceTimersByTime(99)
  expect(seen).toEqual([])
  vi.advanceTimersByTime(1)
  expect(seen).toEqual([2])
})

it('acts at once, then paced, on the newest call', () => {
  const seen: number[] = []
  const { call } = throttle(100, (value: number) => seen.push(value))
  call(1)
  vi.advanceTimersByTime(0)
  expect(seen).toEqual([1])
  call(2)
  call(3)
  vi.advanceTimersByTime(99)
  expect(seen).toEqual([1])
  vi.advanceTimersByTime(1)
  expect(seen).toEqual([1, 3])
})

it('finishes with the last call, paced as well, and says when', async () => {
  const seen: number[] = []
  const { call, finish } = throttle(100, (value: number) => seen.push(value))
  call(1)
  vi.advanceTimersByTime(0)
  call(2)
  const finished = finish(3).then(() => seen.push(0))
  // A call after the last one is late and outdated.
  call(4)
  vi.advanceTimersByTime(99)
  expect(seen).toEqual([1])
  vi.advanceTimersByTime(1)
  await finished
  expect(seen).toEqual([1, 3, 0])
})

it('waits while something else is busy', () => {
  const seen: number[] = []
  let busy = true
  const { call } = throttle(
    100,
    (value: number) => seen.push(value),
    () => busy,
  )
  call(1)
  vi.advanceTimersByTime(500)
  expect(seen).toEqual([])
  call(2)
  busy = false
  vi.advanceTimersByTime(20)
  expect(seen).toEqual([2])
})

it('forgets the call that waits when cancelled', () => {
  const seen: number[] = []
  const { call, cancel } = throttle(100, (value: number) => seen.push(value))
  call(1)
  cancel()
  vi.advanceTimersByTime(1000)
  expect(seen).toEqual([])
})
