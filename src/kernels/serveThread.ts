import type { Kernels } from './kernels.js'
import type { ThreadStart } from './openKernels.js'

/** Milliseconds without a job after which a thread lets its event loop turn. Jobs of a ranking follow sooner. */
export const IDLE = 50

/** `Atomics.waitAsync` of ES2024: the value of the promise, or of the result at once, does not matter here. */
type WaitAsync = (array: Int32Array, index: number, value: number) => { value: unknown }

/**
 * The life of a thread of the kernels: it serves jobs until its worker ends, or until it traps.
 * @param report called once it is about to serve
 */
export async function serveThread({ module, memory, board, thread }: ThreadStart, report: () => void): Promise<void> {
  const instance = await WebAssembly.instantiate(module, { env: { memory } })
  const kernels = instance.exports as unknown as Kernels
  // Firefox before 145 lacks it.
  const { waitAsync } = Atomics as { waitAsync?: WaitAsync }
  const opened = new Int32Array(memory.buffer, board, 1)
  report()
  for (let seen = 0; ; await waitAsync?.(opened, 0, seen).value) {
    try {
      seen = kernels.serve(board, thread, seen, waitAsync ? IDLE : -1)
    } catch {
      kernels.fail(board)
      return
    }
  }
}
