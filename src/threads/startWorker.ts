import type { CreateOptions } from '../api/ranking.js'
import { moduleWorker } from './moduleWorker.js'
import { pageUrl } from './pageUrl.js'
import { workerFailed } from './workerFailed.js'

/**
 * Starts the worker.
 * @param beside the address of the library's own worker
 * @param retry start it through a module that imports its script, which could not be loaded before. WebKit blocks a
 *   cached script in an isolated page if the server's "304 Not Modified" repeats no `Cross-Origin-Embedder-Policy`, as
 *   Vite's does not. An imported module needs no such header.
 * @throws RerankError `worker-failed`
 */
export function startWorker(
  { createWorker, workerUrl }: Pick<CreateOptions, 'createWorker' | 'workerUrl'>,
  beside: () => URL,
  retry?: boolean,
): Worker {
  try {
    if (createWorker) return createWorker()
    // Next.js replaces a URL by an object that holds only a path.
    const url = new URL(String(workerUrl ?? beside()), pageUrl())
    return moduleWorker(url, retry)
  } catch (cause) {
    throw workerFailed('The worker could not be created.', cause)
  }
}
