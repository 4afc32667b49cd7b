import { type Remote, releaseProxy, wrap } from 'comlink'
import { registerCallbackTransfer, toPortCallback } from './callbackTransfer.js'
import type { Connection } from './connection.js'
import { registerErrorTransfer } from './errorTransfer.js'
import type { RerankService } from './rerankProtocol.js'
import { workerFailed } from './workerFailed.js'

/** A worker that says that it is alive. */
type Living = Pick<RerankService, 'live'>

let carrying = false
let lives = 0

/** A service in a worker, with an ear on whether it is alive: comlink alone waits for ever on a dead one. */
export function connectWorker<Service extends Living = RerankService>(worker: Worker): Connection<Service> {
  if (!carrying) {
    registerErrorTransfer()
    registerCallbackTransfer()
  }
  carrying = true
  const remote = wrap<Service>(worker) as unknown as Remote<Living>
  const listeners = new Set<(error: Error) => void>()
  const closing = new AbortController()
  let dead: Error | undefined

  function die(why: string): void {
    if (dead || closing.signal.aborted) return
    dead = workerFailed(`The worker failed: ${why}.`)
    for (const listener of [...listeners]) listener(dead)
  }

  worker.addEventListener('error', event => die(event.message || 'its script could not be loaded'))
  watchLife(remote, closing.signal, () => die('it ended'))
  return {
    service: remote as unknown as Service,
    callback: toPortCallback,
    onDeath: listener => {
      if (dead) listener(dead)
      else listeners.add(listener)
      return () => listeners.delete(listener)
    },
    // The worker's memory, and the GPU's, goes with it.
    close: async () => {
      if (closing.signal.aborted) return
      closing.abort()
      remote[releaseProxy]()
      worker.terminate()
    },
  }
}

/**
 * The worker holds a lock for as long as it lives; whoever gets the lock next knows that it died. No event tells of a worker that ran out of memory
 * or was ended by the browser. Web Locks are missing on insecure origins: there, only a script error is noticed.
 */
function watchLife(remote: Remote<Living>, closing: AbortSignal, ended: () => void): void {
  if (!navigator.locks) return
  const name = `mvp-rerank-worker-${Date.now()}-${Math.random()}-${++lives}`
  remote
    .live(name)
    .then(() => navigator.locks.request(name, { signal: closing }, ended))
    .catch(() => undefined)
}
