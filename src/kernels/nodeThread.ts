import { Worker } from 'node:worker_threads'
import type { StartThread } from './openKernels.js'
import { IDLE } from './serveThread.js'

/** `serveThread` with Node's names, as text: a file of its own would have to be found in every bundle. */
const SCRIPT = `
const { parentPort, workerData: { module, memory, board, thread } } = require('node:worker_threads')
const { exports } = new WebAssembly.Instance(module, { env: { memory } })
const opened = new Int32Array(memory.buffer, board, 1)
const answer = () => parentPort.postMessage('serves')
// A thread that waits for messages stays alive.
parentPort.on('message', answer)
answer()
async function serve() {
  for (let seen = 0; ; await Atomics.waitAsync(opened, 0, seen).value) {
    try {
      seen = exports.serve(board, thread, seen, ${IDLE})
    } catch {
      exports.fail(board)
      parentPort.close()
      return
    }
  }
}
serve()
`

/** Starts a thread of the kernels in Node. It answers messages while it is idle. */
export const startNodeThread: StartThread = start =>
  new Promise((resolve, reject) => {
    const worker = new Worker(SCRIPT, { eval: true, workerData: start })
    // A waiting thread must not keep the process alive.
    worker.unref()
    worker.once('error', reject)
    worker.once('message', () => resolve(() => void worker.terminate()))
  })
