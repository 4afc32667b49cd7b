import type { CreateOptions } from '../api/ranking.js'
import type { FailedStart } from './connection.js'
import { moduleWorker } from './moduleWorker.js'
import { pageUrl } from './pageUrl.js'
import { workerFailed } from './workerFailed.js'

/**
 * Starts the worker.
 * @param beside the address of the library's own worker
 * @param failed how an earlier start failed. A script that could not be loaded is imported by a module: WebKit blocks a
 *   cached script in an isolated page if the server's "304 Not Modified" repeats no `Cross-Origin-Embedder-Policy`, as
 *   Vite's does not. An imported module needs no such header.
 * @throws RerankError `worker-failed`
 */
export function startWorker(
  { createWorker, workerUrl }: Pick<CreateOptions, 'createWorker' | 'workerUrl'>,
  beside: () => URL,
  failed?: FailedStart,
): Worker {
  try {
    if (createWorker) return createWorker()
    // Next.js replaces a URL by an object that holds only a path.
    const url = new URL(String(workerUrl ?? beside()), pageUrl())
    return moduleWorker(url, failed === 'script')
  } catch (cause) {
    throw workerFailed('The worker could not be created.', cause)
  }
}
