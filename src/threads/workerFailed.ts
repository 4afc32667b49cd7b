import { RerankError } from '../api/errors.js'

/** The error of a worker that does not run, with the advice that fits where the page, or the script, lives. */
export function workerFailed(message: string, cause?: unknown): RerankError {
  const remedy = remedyHere()
  return new RerankError('worker-failed', message, { cause, ...(remedy ? { remedy } : {}) })
}

function remedyHere(): string | undefined {
  if (!globalThis.Worker) {
    return 'Service workers and shared workers can start no worker: create the reranker in a page, for an extension in an offscreen document.'
  }
  if (location.protocol === 'file:')
    return 'Browsers start no workers for file: pages: open the page from a server, such as http://localhost.'
  if (origin === 'null')
    return 'In a sandboxed frame add allow-same-origin, or let the server of the library allow other origins (CORS).'
  return undefined
}
