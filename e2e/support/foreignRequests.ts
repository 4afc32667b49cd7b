import type { BrowserContext } from 'playwright/test'

/**
 * Records requests of a context's pages and workers to origins at which no tab was opened.
 * @returns a function that returns the requests so far; `known` are other origins that do not count
 */
export function foreignRequests(context: BrowserContext): (known?: ReadonlySet<string>) => string[] {
  const opened = new Set<string>()
  const requested: string[] = []
  context.on('request', request => {
    const { protocol, origin } = new URL(request.url())
    // Data and blobs come from the page itself.
    if (!/^(http|ws)s?:$/.test(protocol)) return
    // Only a navigation of a whole tab opens an origin. The frame of a worker's request may have gone.
    if (request.isNavigationRequest() && request.frame().parentFrame() === null) opened.add(origin)
    else requested.push(request.url())
  })
  return (known = new Set()) =>
    requested.filter(url => !opened.has(new URL(url).origin) && !known.has(new URL(url).origin))
}
