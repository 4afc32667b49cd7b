import { afterEach, expect, test, vi } from 'vitest'
import type { ThreadStart } from '../kernels/openKernels.js'
import { beThread } from './webThread.js'

afterEach(() => vi.unstubAllGlobals())

test('a thread that cannot start says so at once, and the load goes on without it', async () => {
  let listen: (event: { data: ThreadStart }) => void = () => {}
  vi.stubGlobal('addEventListener', (_: string, listener: typeof listen) => {
    listen = listener
  })
  vi.stubGlobal('postMessage', () => expect.unreachable())
  // In a worker, it ends as an error event of the worker that started this one.
  const reported = new Promise(resolve => vi.stubGlobal('reportError', resolve))
  beThread()
  // As an engine without memory for it does.
  const module = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))
  const cause = new RangeError('Out of memory')
  vi.spyOn(WebAssembly, 'instantiate').mockRejectedValue(cause)
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
  listen({ data: { module, memory, board: 64, thread: 1 } })
  expect(await reported).toBe(cause)
})
