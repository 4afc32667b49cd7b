import { proxy, type Remote, releaseProxy, wrap } from 'comlink'
import type { RerankService } from '../../workers/protocol.js'
import { RerankError } from '../errors.js'
import { carryErrors } from './carryErrors.js'
import type { Connection } from './reranker.js'

let carrying = false

/** A service in a worker. */
export function connectWorker(worker: Worker): Connection {
  if (!carrying) carryErrors()
  carrying = true
  const remote: Remote<RerankService> = wrap<RerankService>(worker)
  const died = new Promise<never>((_, reject) => {
    worker.addEventListener('error', event => {
      reject(
        new RerankError('worker-failed', `The worker failed: ${event.message || 'its script could not be loaded'}.`),
      )
    })
  })
  // Nobody may be waiting when it dies.
  died.catch(() => undefined)
  return {
    service: remote as unknown as RerankService,
    callback: proxy,
    died,
    // The worker's memory, and the GPU's, goes with it.
    close: async () => {
      remote[releaseProxy]()
      worker.terminate()
    },
  }
}
