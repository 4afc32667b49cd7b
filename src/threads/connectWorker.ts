import type { Connection } from './connection.js'
import { remoteService } from './remoteService.js'
import type { RerankService } from './rerankProtocol.js'
import { workerFailed } from './workerFailed.js'

type LockHolder = Pick<RerankService, 'holdLock'>

/** Connects to a service in a worker and detects the worker's death: calls alone would wait for ever. */
export function connectWorker<Service extends LockHolder = RerankService>(worker: Worker): Connection<Service> {
  const { service, release } = remoteService<Service>(worker)
  const listeners = new Set<(error: Error) => void>()
  const closing = new AbortController()
  let dead: Error | undefined
  let notLoaded = false

  function die(why: string): void {
    if (dead || closing.signal.aborted) return
    dead = workerFailed(`The worker failed: ${why}.`)
    for (const listener of [...listeners]) listener(dead)
  }

  worker.addEventListener('error', ({ message }) => {
    // Only an error of code that ran has a message.
    notLoaded = !message
    die(message || 'its script could not be loaded')
  })
  watchLock(service, closing.signal, () => die('it ended'))
  return {
    service,
    callback: callback => callback,
    notLoaded: () => notLoaded,
    onDeath: listener => {
      if (dead) listener(dead)
      else listeners.add(listener)
      return () => listeners.delete(listener)
    },
    // Terminating frees the worker's memory and the GPU's.
    close: async () => {
      if (closing.signal.aborted) return
      closing.abort()
      release()
      worker.terminate()
    },
  }
}

/**
 * The worker holds a Web Lock as long as it lives, so the page gets the lock when the worker has died. No event reports
 * a worker that ran out of memory or that the browser ended. Insecure origins have no Web Locks: there, only a script
 * error is noticed.
 */
function watchLock(service: LockHolder, closing: AbortSignal, onRelease: () => void): void {
  if (!navigator.locks) return
  const name = `mvp-rerank-worker-${crypto.randomUUID()}`
  service
    .holdLock(name)
    .then(() => navigator.locks.request(name, { signal: closing }, onRelease))
    .catch(() => undefined)
}
