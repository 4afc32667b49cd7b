import { type Remote, releaseProxy, wrap } from 'comlink'
import { registerCallbackTransfer, toPortCallback } from './callbackTransfer.js'
import type { Connection, FailedStart } from './connection.js'
import { registerErrorReceiver } from './errorTransfer.js'
import { runThreads } from './pageThreads.js'
import type { RerankService } from './rerankProtocol.js'
import { watchThreadStarts } from './threadStarts.js'
import { workerFailed } from './workerFailed.js'

type LockHolder = Pick<RerankService, 'holdLock'>

let transfersRegistered = false

/**
 * Starts a worker, connects to its service and detects its death. Comlink alone would wait for ever.
 * @param start called again for each thread that the worker asks for
 */
export function connectWorker<Service extends LockHolder = RerankService>(start: () => Worker): Connection<Service> {
  const worker = start()
  if (!transfersRegistered) {
    registerErrorReceiver()
    registerCallbackTransfer()
  }
  transfersRegistered = true
  const remote = wrap<Service>(worker) as unknown as Remote<LockHolder>
  const listeners = new Set<(error: Error) => void>()
  const closing = new AbortController()
  let dead: Error | undefined
  let failedStart: FailedStart | undefined

  function die(why: string): void {
    if (dead || closing.signal.aborted) return
    dead = workerFailed(`The worker failed: ${why}.`)
    for (const listener of [...listeners]) listener(dead)
  }

  worker.addEventListener('error', ({ message }) => {
    // Only an error of code that ran has a message.
    if (!message) failedStart = 'script'
    die(message || 'its script could not be loaded')
  })
  watchThreadStarts(worker, () => {
    failedStart = 'thread'
    die('it could not start its threads')
  })
  const endThreads = runThreads(worker, start)
  watchLock(remote, closing.signal, () => die('it ended'))
  return {
    service: remote as unknown as Service,
    callback: toPortCallback,
    failedStart: () => failedStart,
    onDeath: listener => {
      if (dead) listener(dead)
      else listeners.add(listener)
      return () => listeners.delete(listener)
    },
    // Terminating frees the worker's memory and the GPU's.
    close: async () => {
      if (closing.signal.aborted) return
      closing.abort()
      remote[releaseProxy]()
      worker.terminate()
      endThreads()
    },
  }
}

/**
 * The worker holds a Web Lock as long as it lives, so the page gets the lock when the worker has died. No event reports
 * a worker that ran out of memory or that the browser ended. Insecure origins have no Web Locks: there, only a script
 * error is noticed.
 */
function watchLock(remote: Remote<LockHolder>, closing: AbortSignal, onRelease: () => void): void {
  if (!navigator.locks) return
  const name = `mvp-rerank-worker-${crypto.randomUUID()}`
  remote
    .holdLock(name)
    .then(() => navigator.locks.request(name, { signal: closing }, onRelease))
    .catch(() => undefined)
}
