import { deviceError } from '../api/deviceErrors.js'
import { RerankError } from '../api/errors.js'
import { modelError } from '../api/modelErrors.js'
import { Heap } from './heap.js'
import { jobRunner } from './jobRunner.js'
import type { RunJob } from './kernelModel.js'
import type { Kernels } from './kernels.js'

/** 1 GiB in pages of 64 KiB, several times what a model takes. A maximum takes addresses, not memory. */
const MOST_PAGES = 16_384
/** 128 MiB. No model runs with less. */
const LEAST_PAGES = 2048
/** Units take far less than a second on fast machines, and a few on slow ones. */
const PATIENCE = 30

/** Kernels with their memory, and the threads that run them. */
export interface OpenKernels {
  readonly kernels: Kernels
  readonly heap: Heap
  /** Those that run. */
  readonly threads: number
  /** Places of threads in memory. Those of threads that did not start stay empty. */
  readonly places: number
  readonly runJob: RunJob
  close(): void
}

/** What a thread needs to begin: `serveThread`. */
export interface ThreadStart {
  module: WebAssembly.Module
  memory: WebAssembly.Memory
  board: number
  thread: number
}

/** Starts a thread. Resolves once it serves, with a function that ends it; rejects if it cannot start. */
export type StartThread = (start: ThreadStart) => Promise<() => void>

/**
 * @param wasm a build of kernels/
 * @param threads how many to use if they start; the caller's is one of them
 * @param patience how many seconds a job waits for threads once no unit is left; each has at most one to end
 * @throws RerankError `unsupported` without SIMD; `out-of-memory`
 */
export async function openKernels(
  wasm: Uint8Array<ArrayBuffer>,
  threads: number,
  startThread: StartThread,
  patience = PATIENCE,
): Promise<OpenKernels> {
  const memory = sharedMemory()
  const module = await compiled(wasm)
  const instance = await WebAssembly.instantiate(module, { env: { memory } })
  const kernels = instance.exports as unknown as Kernels
  const heap = new Heap(memory)
  const board = heap.allocate(64)
  const starts = Array.from({ length: threads - 1 }, (_, i) => startThread({ module, memory, board, thread: i + 1 }))
  const ends = (await Promise.allSettled(starts)).flatMap(end => (end.status === 'fulfilled' ? [end.value] : []))
  const close = () => {
    for (const end of ends) end()
  }
  return {
    kernels,
    heap,
    threads: 1 + ends.length,
    places: threads,
    runJob: jobRunner(kernels, heap, ends.length > 0 ? board : 0, close, patience),
    close,
  }
}

async function compiled(wasm: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(wasm)
  } catch (cause) {
    if (!(cause instanceof WebAssembly.CompileError)) throw cause
    // A Content-Security-Policy raises the same error.
    if (WebAssembly.validate(wasm))
      throw modelError('runtime-failed', `WebAssembly is refused: ${cause.message}`, { cause })
    throw new RerankError('unsupported', 'This engine has no SIMD in WebAssembly.', {
      cause,
      remedy: "Leave out runtime 'kernels', or use a browser of 2023 or newer, or Node 20 or newer.",
    })
  }
}

/** As much as the engine grants: iOS grants less than others. */
function sharedMemory(maximum = MOST_PAGES): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: 1, maximum, shared: true })
  } catch (cause) {
    if (maximum > LEAST_PAGES) return sharedMemory(maximum / 2)
    throw deviceError('out-of-memory', 'WebAssembly is granted no memory.', { cause })
  }
}
