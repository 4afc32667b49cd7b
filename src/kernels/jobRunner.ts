import { RerankError } from '../api/errors.js'
import type { Heap } from './heap.js'
import type { RunJob } from './kernelModel.js'
import type { Kernels } from './kernels.js'

// Places on the board, which kernels/threads.ts describes.
const ACTIVE = 2
const FAILED = 5
const PLACES = 6

/**
 * Runs jobs until one fails. Then the memory may hold anything and another thread may still write to it, so no job runs
 * any more: each throws the same RerankError `worker-failed`, after which a new worker starts.
 * @param board of the threads; 0: there are none
 * @param end ends them
 * @param patience how many seconds to wait for threads once no unit is left
 */
export function jobRunner(kernels: Kernels, heap: Heap, board: number, end: () => void, patience: number): RunJob {
  let failure: RerankError | undefined
  return (job, model) => {
    if (failure) throw failure
    try {
      if (board) {
        kernels.encodeTogether(board, job, model)
        awaitOthers(heap.integers(board, PLACES), patience)
      } else kernels.encode(job, model, 0)
    } catch (cause) {
      end()
      failure = new RerankError('worker-failed', `A job of the kernels failed: ${(cause as Error).message}.`, {
        cause,
        remedy: 'Load the model again.',
      })
      throw failure
    }
  }
}

/** Returns when all have left the job. */
function awaitOthers(board: Int32Array, patience: number): void {
  // Seconds one by one: of the time that a machine sleeps, only one counts.
  for (let left = patience; left > 0; ) {
    // In this order, because a thread that fails says so before it leaves.
    const active = Atomics.load(board, ACTIVE)
    if (Atomics.load(board, FAILED)) throw new Error('a thread trapped')
    if (active === 0) return
    if (Atomics.wait(board, ACTIVE, active, 1000) === 'timed-out') left--
  }
  throw new Error('a thread does not answer')
}
