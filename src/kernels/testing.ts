/** For tests: kernels as they are built. */
import { Worker } from 'node:worker_threads'
import { compileKernels } from '../../build/compileKernels.js'
import { kernelBuild } from './kernelBuild.js'
import { type OpenKernels, openKernels, type StartThread } from './openKernels.js'

/** Kernels on one thread, in the build that this Node runs: Node 20 has no relaxed SIMD. */
export async function testKernels(): Promise<OpenKernels> {
  const noThreads = () => Promise.reject(new Error('no threads here'))
  return openKernels(await compileKernels(kernelBuild()), 1, noThreads)
}

/** kernels/thread.mjs with Node's names. */
const THREAD = `
const { parentPort, workerData: { module, memory, board, thread } } = require('node:worker_threads')
const { exports } = new WebAssembly.Instance(module, { env: { memory } })
parentPort.postMessage('serves')
try {
  exports.serve(board, thread)
} catch {
  exports.fail(board)
}
`

/** Kernels on threads of Node; the caller's is one of them. */
export async function kernelsOnThreads(threads: number): Promise<OpenKernels> {
  return openKernels(await compileKernels(kernelBuild()), threads, startThread)
}

const startThread: StartThread = start =>
  new Promise((resolve, reject) => {
    const worker = new Worker(THREAD, { eval: true, workerData: start })
    // A waiting thread must not keep the process alive.
    worker.unref()
    worker.once('error', reject)
    worker.once('message', () => resolve(() => void worker.terminate()))
  })

/** A thread that came to a job and died. The third number of the board counts those who are at one. */
export const deadThread: StartThread = async ({ memory, board }) => {
  Atomics.add(new Int32Array(memory.buffer), board / 4 + 2, 1)
  return () => {}
}
