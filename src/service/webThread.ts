import type { StartThread } from '../kernels/openKernels.js'
import { serveThread } from '../kernels/serveThread.js'
import { moduleWorker } from '../threads/moduleWorker.js'

/** Marks the address of a worker that is a thread. Its script is the one of the worker that started it. */
const MARK = '#thread'

/** Milliseconds. A browser may block a script without a word; then there are fewer threads. */
const PATIENCE = 10_000

export function isThread(script: string): boolean {
  return script.endsWith(MARK)
}

/** Serves as a thread, once the worker that started this one says of what. It gets an error event if that fails. */
export function beThread(): void {
  addEventListener('message', ({ data }) => {
    serveThread(data, () => postMessage('serves')).catch(reportError)
  })
}

/** @param script the address of this worker's own script */
export function threadStarter(script: string): StartThread {
  return start =>
    new Promise((resolve, reject) => {
      const worker = moduleWorker(new URL(script + MARK))
      const give = (up: string) => {
        worker.terminate()
        reject(new Error(`A thread of the kernels ${up}.`))
      }
      const timer = setTimeout(() => give('did not start in time'), PATIENCE)
      worker.onerror = event => {
        clearTimeout(timer)
        event.preventDefault()
        give('could not start')
      }
      worker.onmessage = () => {
        clearTimeout(timer)
        resolve(() => worker.terminate())
      }
      worker.postMessage(start)
    })
}
