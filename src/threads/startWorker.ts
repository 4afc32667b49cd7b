import type { CreateOptions } from '../api/ranking.js'
import { pageUrl } from './pageUrl.js'
import { workerFile } from './rerankWorkerFile.js'
import { trustedWorkerUrl } from './trustedTypes.js'
import { workerFailed } from './workerFailed.js'

/**
 * Browsers start workers from the page's own origin only.
 * @param beside address of the worker that the library brings
 * @param retry after a script that could not be loaded. WebKit blocks a cached script in an isolated page when the
 *   server's "not modified" repeats no `Cross-Origin-Embedder-Policy`, as Vite's does; a module that it imports needs none.
 */
export function startWorker(
  { createWorker, workerUrl }: Pick<CreateOptions, 'createWorker' | 'workerUrl'>,
  beside = workerFile,
  retry = false,
): Worker {
  try {
    if (createWorker) return createWorker()
    // Next.js puts an object in place of a URL that holds a path alone.
    const url = new URL(String(workerUrl ?? beside()), pageUrl())
    // A sandboxed frame has the address of its origin, but not the origin itself.
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
 * A script of this origin that imports the one of the other origin, which must allow it (CORS). It is static, so that no message is lost before
 * the worker listens. It stays for as long as the page: the worker may have to be started again.
 */
function importing(url: string): string {
  const known = shims.get(url)
  if (known) return known
  const type = 'text/javascript'
  const script = `import ${JSON.stringify(url)}`
  // Chromium starts no module of a blob in a sandboxed frame.
  const shim =
    origin === 'null' ? `data:${type},${encodeURIComponent(script)}` : URL.createObjectURL(new Blob([script], { type }))
  shims.set(url, shim)
  return shim
}
