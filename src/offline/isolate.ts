import type { OfflineOptions } from './siteFiles.js'

/** The requests whose answers decide isolation: documents, and the first scripts of workers. */
const isolating = new Set<RequestDestination>(['document', 'frame', 'iframe', 'worker', 'sharedworker'])

export function needsIsolation({ destination }: Request, isolation: OfflineOptions['isolation']): boolean {
  return isolation !== false && isolating.has(destination)
}

/**
 * Adds the headers of cross-origin isolation to an answer, as a host that can set headers would. Headers that it
 * already has stay. An unreadable answer, such as an error or a redirect that the browser follows, is passed on.
 */
export function isolated(response: Response, isolation: NonNullable<OfflineOptions['isolation']>): Response {
  if (response.type === 'error' || response.type === 'opaque' || response.type === 'opaqueredirect') return response
  const headers = new Headers(response.headers)
  const add = (name: string, value: string) => {
    if (!headers.has(name)) headers.set(name, value)
  }
  add('Cross-Origin-Opener-Policy', 'same-origin')
  add('Cross-Origin-Embedder-Policy', isolation || 'require-corp')
  const { status, statusText } = response
  // These statuses forbid a body.
  const body = [101, 204, 205, 304].includes(status) ? null : response.body
  return new Response(body, { status, statusText, headers })
}
