import type { BrowserContext } from 'playwright/test'

/**
 * Requests of a context's pages, and of all of their workers, to any other origin than those that its tabs were opened
 * at.
 * @returns what tells them, as they are so far; `known` are other origins that do not count
 */
export function strangers(context: BrowserContext): (known?: ReadonlySet<string>) => string[] {
  const opened = new Set<string>()
  const requested: string[] = []
  context.on('request', request => {
    const { protocol, origin } = new URL(request.url())
    // Data and blobs come from the page itself.
    if (!/^(http|ws)s?:$/.test(protocol)) return
    // A worker's request has the frame of its page, which may have gone; one of a tab as a whole is its opening.
    if (request.isNavigationRequest() && request.frame().parentFrame() === null) opened.add(origin)
    else requested.push(request.url())
  })
  return (known = new Set()) =>
    requested.filter(url => !opened.has(new URL(url).origin) && !known.has(new URL(url).origin))
}
