import type { CreateOptions } from '../api/ranking.js'
import { pageUrl } from './pageUrl.js'
import { workerFile } from './rerankWorkerFile.js'
import { trustedWorkerUrl } from './trustedTypes.js'
import { workerFailed } from './workerFailed.js'

/**
 * Starts the worker. Browsers start workers only from the page's own origin.
 * @param beside the address of the library's own worker
 * @param retry start it through a module that imports its script, which could not be loaded before. WebKit blocks a
 *   cached script in an isolated page if the server's "304 Not Modified" repeats no `Cross-Origin-Embedder-Policy`, as
 *   Vite's does not. An imported module needs no such header.
 * @throws RerankError `worker-failed`
 */
export function startWorker(
  { createWorker, workerUrl }: Pick<CreateOptions, 'createWorker' | 'workerUrl'>,
  beside = workerFile,
  retry = false,
): Worker {
  try {
    if (createWorker) return createWorker()
    // Next.js replaces a URL by an object that holds only a path.
    const url = new URL(String(workerUrl ?? beside()), pageUrl())
    // A sandboxed frame has its site's address but the origin null.
    const own = url.origin === origin || url.protocol === 'blob:' || url.protocol === 'data:'
    return new Worker(trustedWorkerUrl(own && !retry ? url.href : importing(url.href)), {
      type: 'module',
      name: 'mvp-rerank',
    })
  } catch (cause) {
    throw workerFailed('The worker could not be created.', cause)
  }
}

const shims = new Map<string, string>()

/**
 * The address of a script of this origin that imports the script of another origin, which must allow it (CORS). A
 * static import loses no messages before the worker listens. The script stays as long as the page, because the worker
 * may be started again.
 */
function importing(url: string): string {
  const known = shims.get(url)
  if (known) return known
  const type = 'text/javascript'
  const script = `import ${JSON.stringify(url)}`
  // In a sandboxed frame, Chromium starts no module worker from a blob.
  const shim =
    origin === 'null' ? `data:${type},${encodeURIComponent(script)}` : URL.createObjectURL(new Blob([script], { type }))
  shims.set(url, shim)
  return shim
}
