import { RerankError } from '../api/errors.js'

/** A `worker-failed` error, with advice for the place where the page or script runs. */
export function workerFailed(message: string, cause?: unknown): RerankError {
  return new RerankError('worker-failed', message, { cause, remedy: remedyHere() })
}

function remedyHere(): string {
  if (!globalThis.Worker) return 'Create it in a page, or in an offscreen document.'
  if (globalThis.location?.protocol === 'file:') return 'Open the page from a server, not as file:.'
  if (globalThis.origin === 'null') return 'Add allow-same-origin to the sandbox, or CORS to the library.'
  return "Check that the worker's file is served and that the page policy allows it: docs/HOSTS.md."
}
