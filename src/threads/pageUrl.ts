import { RerankError } from '../api/errors.js'

/**
 * The base of relative addresses: the page, or the worker that the client runs in.
 * @throws RerankError `unsupported` outside of both
 */
export function pageUrl(): string {
  const { document, location } = globalThis as { document?: Document; location?: Location }
  const url = document?.baseURI ?? location?.href
  if (url !== undefined) return url
  throw new RerankError('unsupported', 'There is no page here.', {
    remedy: "In Node import 'mvp-rerank/node'; when a server renders the page, wait for the browser.",
  })
}
