import { RerankError } from '../api/errors.js'

/** What addresses are relative to: the page, or the worker that the client runs in. */
export function pageUrl(): string {
  const { document, location } = globalThis as { document?: Document; location?: Location }
  const url = document?.baseURI ?? location?.href
  if (url !== undefined) return url
  throw new RerankError('unsupported', 'There is no page here.', {
    remedy:
      "In Node import 'mvp-rerank/node'; when pages are rendered on a server, create the reranker in the browser.",
  })
}
