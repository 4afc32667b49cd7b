import type { OfflineOptions } from './siteFiles.js'

/** What a page is made isolated by: documents, and scripts that workers begin with. */
const isolating = new Set<RequestDestination>(['document', 'frame', 'iframe', 'worker', 'sharedworker'])

export function needsIsolation({ destination }: Request, isolation: OfflineOptions['isolation']): boolean {
  return isolation !== false && isolating.has(destination)
}

/**
 * The answer with the headers of cross-origin isolation, as a host that can set headers would send it. What it says of
 * itself stays; an error or a redirect that the browser follows by itself cannot be read and is passed on.
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
  // Statuses of answers that may have no body.
  const body = [101, 204, 205, 304].includes(status) ? null : response.body
  return new Response(body, { status, statusText, headers })
}
