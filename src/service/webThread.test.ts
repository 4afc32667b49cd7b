import { afterEach, expect, test, vi } from 'vitest'
import type { ThreadStart } from '../kernels/openKernels.js'
import { serveAsThread, startWebThread } from './webThread.js'

const module = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))
const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
const start: ThreadStart = { module, memory, board: 64, thread: 1 }

const listeners = new Set<(event: { data: unknown; stopImmediatePropagation: () => void }) => void>()
const sent: unknown[] = []
const receive = (data: unknown) => {
  const stopImmediatePropagation = vi.fn()
  for (const listen of [...listeners]) listen({ data, stopImmediatePropagation })
  return stopImmediatePropagation.mock.calls.length
}

function beWorker(): void {
  listeners.clear()
  sent.length = 0
  vi.stubGlobal('addEventListener', (_: string, listen: never) => listeners.add(listen))
  vi.stubGlobal('removeEventListener', (_: string, listen: never) => listeners.delete(listen))
  vi.stubGlobal('postMessage', (message: unknown) => sent.push(message))
}
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

test('a thread that cannot start says so at once, and the load goes on without it', async () => {
  beWorker()
  // In a worker, it ends as an error event of the worker, on the page.
  const reported = new Promise(resolve => vi.stubGlobal('reportError', resolve))
  serveAsThread()
  // As an engine without memory for it does.
  const cause = new RangeError('Out of memory')
  vi.spyOn(WebAssembly, 'instantiate').mockRejectedValue(cause)
  expect(receive(start)).toBe(1)
  expect(await reported).toBe(cause)
  expect(sent).toEqual([])
})

test('a worker that is no thread leaves messages to its service', () => {
  beWorker()
  serveAsThread()
  expect(receive({ id: '1', type: 'APPLY', path: ['load'] })).toBe(0)
})

test('a worker asks its page for threads, each by its own number, and ends those it got', async () => {
  beWorker()
  const threads = [startWebThread(start), startWebThread(start)]
  const [first, second] = sent.map(message => (message as { thread: number }).thread)
  expect(first).not.toBe(second)
  receive({ thread: second, serves: true })
  receive({ thread: first, serves: false })
  await expect(threads[0]).rejects.toThrow('could not start')
  sent.length = 0
  const end = await threads[1]!
  expect(sent).toEqual([])
  end()
  expect(sent).toEqual([{ thread: second }])
  expect(listeners.size).toBe(0)
})

test('without an answer, a worker goes on with fewer threads after 10 s', async () => {
  vi.useFakeTimers()
  beWorker()
  const started = expect(startWebThread(start)).rejects.toThrow('did not start in time')
  const [{ thread }] = sent as [{ thread: number }]
  await vi.advanceTimersByTimeAsync(10_000)
  await started
  // Should it start after all, the page ends it.
  expect(sent.at(-1)).toEqual({ thread })
})
