import type { Kernels } from './kernels.js'
import type { ThreadStart } from './openKernels.js'

/**
 * The life of a thread of the kernels: it serves jobs until its worker ends, or until it traps.
 * @param report called once it is about to serve
 */
export async function serveThread({ module, memory, board, thread }: ThreadStart, report: () => void): Promise<void> {
  const instance = await WebAssembly.instantiate(module, { env: { memory } })
  const kernels = instance.exports as unknown as Kernels
  report()
  try {
    kernels.serve(board, thread)
  } catch {
    kernels.fail(board)
  }
}
