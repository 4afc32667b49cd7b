import { CachedSite, OtherVersion } from './cachedSite.js'
import { isolated, needsIsolation } from './isolate.js'
import type { FetchEvent, ServiceWorkerScope } from './scope.js'
import type { OfflineOptions, PageMessage, SiteFile, WorkerMessage } from './siteFiles.js'

/**
 * Makes a service worker that answers with the files of one version of a site, even if the server has a newer one, and
 * isolates pages if the host sets no headers. Requests for other files, such as models, pass through: the library keeps
 * models itself.
 */
export function serveSite(scope: ServiceWorkerScope, { files = [], isolation = 'require-corp' }: OfflineOptions): void {
  const folder = new URL('.', scope.location.href).href
  const kept = new CachedSite(folder)
  const byUrl = new Map(files.map(file => [new URL(file.path, folder).href, file]))
  const withHeaders = (request: Request, response: Response) =>
    isolation && needsIsolation(request, isolation) ? isolated(response, isolation) : response

  scope.addEventListener('install', event => {
    event.waitUntil(kept.complete(files.filter(({ when = 'install' }) => when === 'install')))
  })

  scope.addEventListener('activate', event => {
    // The page that registered the service worker was loaded without it. From now on it is served too.
    event.waitUntil(kept.retain(files).then(() => scope.clients.claim()))
  })

  scope.addEventListener('message', ({ data }) => {
    const asked = (data as Partial<PageMessage> | null)?.mvpRerank
    if (asked === 'activate') void scope.skipWaiting()
    if (asked === 'claim') void scope.clients.claim()
  })

  scope.addEventListener('fetch', event => {
    const { request } = event
    if (request.method !== 'GET' || new URL(request.url).origin !== new URL(folder).origin) return
    const file = fileFor(request)
    if (file) event.respondWith(answer(file, event).then(response => withHeaders(request, response)))
    else if (needsIsolation(request, isolation)) {
      event.respondWith(fetch(request).then(response => withHeaders(request, response)))
    }
  })

  /** A page may be requested by its folder, and with a query and fragment that only its scripts read. */
  function fileFor({ url, mode }: Request): SiteFile | undefined {
    const address = new URL(url)
    address.hash = ''
    if (mode === 'navigate') address.search = ''
    if (address.pathname.endsWith('/')) address.pathname += 'index.html'
    return byUrl.get(address.href)
  }

  async function answer(file: SiteFile, event: FetchEvent): Promise<Response> {
    const { request } = event
    const found = await kept.read(file).catch(() => undefined)
    if (found) return found
    try {
      const response = await kept.fetch(file)
      event.waitUntil(kept.keep(file, response.clone()).catch(reportNotKept))
      return response
    } catch (error) {
      if (!(error instanceof OtherVersion)) throw error
      event.waitUntil(scope.registration.update().catch(() => undefined))
      // A whole page of the server's version works with that version's files. A part of it would not fit this version.
      if (request.mode === 'navigate') return fetch(request)
      return new Response(error.message, { status: 409, statusText: 'Another version' })
    }
  }

  async function reportNotKept(error: unknown): Promise<void> {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    const message: WorkerMessage = { mvpRerank: 'not-kept', reason }
    for (const client of await scope.clients.matchAll({ includeUncontrolled: false })) client.postMessage(message)
  }
}
