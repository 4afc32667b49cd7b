/** For tests: kernels as they are built. */
import { compileKernels } from '../../build/compileKernels.js'
import { kernelBuild } from './kernelBuild.js'
import { startNodeThread } from './nodeThread.js'
import { type OpenKernels, openKernels, type StartThread } from './openKernels.js'

/** Kernels on one thread, in the build that this Node runs: Node 20 has no relaxed SIMD. */
export async function testKernels(): Promise<OpenKernels> {
  const noThreads = () => Promise.reject(new Error('no threads here'))
  return openKernels(await compileKernels(kernelBuild()), 1, noThreads)
}

/** Kernels on threads of Node; the caller's is one of them. */
export async function kernelsOnThreads(threads: number): Promise<OpenKernels> {
  return openKernels(await compileKernels(kernelBuild()), threads, startNodeThread)
}

/** A thread that came to a job and died. The third number of the board counts those who are at one. */
export const deadThread: StartThread = async ({ memory, board }) => {
  Atomics.add(new Int32Array(memory.buffer), board / 4 + 2, 1)
  return () => {}
}
