import { Worker } from 'node:worker_threads'
import type { StartThread } from './openKernels.js'

/** `serveThread` with Node's names, as text: a file of its own would have to be found in every bundle. */
const SCRIPT = `
const { parentPort, workerData: { module, memory, board, thread } } = require('node:worker_threads')
const { exports } = new WebAssembly.Instance(module, { env: { memory } })
parentPort.postMessage('serves')
try {
  exports.serve(board, thread)
} catch {
  exports.fail(board)
}
`

/** Starts a thread of the kernels in Node. */
export const startNodeThread: StartThread = start =>
  new Promise((resolve, reject) => {
    const worker = new Worker(SCRIPT, { eval: true, workerData: start })
    // A waiting thread must not keep the process alive.
    worker.unref()
    worker.once('error', reject)
    worker.once('message', () => resolve(() => void worker.terminate()))
  })
