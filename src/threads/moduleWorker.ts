import { trustedWorkerUrl } from './trustedTypes.js'

/**
 * Starts a worker. Browsers start workers only from the page's own origin, so the script of another one is imported.
 * @param imported import the script even of this origin
 */
export function moduleWorker(url: URL, imported?: boolean): Worker {
  // A sandboxed frame has its site's address but the origin null.
  const own = url.origin === origin || url.protocol === 'blob:' || url.protocol === 'data:'
  return new Worker(trustedWorkerUrl(own && !imported ? url.href : importing(url.href)), {
    type: 'module',
    name: 'mvp-rerank',
  })
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
