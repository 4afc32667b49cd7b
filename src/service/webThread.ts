import type { StartThread } from '../kernels/openKernels.js'
import { serveThread } from '../kernels/serveThread.js'
import type { ThreadAnswer, ThreadRequest } from '../threads/pageThreads.js'

/** Milliseconds. A browser may block a script without a word; then there are fewer threads. */
const PATIENCE = 10_000

let asked = 0

/** Asks the page for a thread: `runThreads`. */
export const startWebThread: StartThread = start =>
  new Promise((resolve, reject) => {
    const thread = ++asked
    const end = () => postMessage({ thread } satisfies ThreadRequest)
    const giveUp = (why: string) => {
      settle()
      end()
      reject(new Error(`A thread of the kernels ${why}.`))
    }
    const timer = setTimeout(giveUp, PATIENCE, 'did not start in time')
    const listen = ({ data }: MessageEvent<Partial<ThreadAnswer>>) => {
      if (data.thread !== thread) return
      if (!data.serves) giveUp('could not start')
      else {
        settle()
        resolve(end)
      }
    }
    const settle = () => {
      clearTimeout(timer)
      removeEventListener('message', listen)
    }
    addEventListener('message', listen)
    postMessage({ thread, start } satisfies ThreadRequest)
  })

/**
 * Lets this worker be a thread, if its first message says so. Call it before anything else listens. The page gets an
 * error event if the thread cannot start.
 */
export function serveAsThread(): void {
  addEventListener('message', event => {
    if (!(event.data.module instanceof WebAssembly.Module)) return
    event.stopImmediatePropagation()
    serveThread(event.data, () => postMessage('serves')).catch(reportError)
  })
}
