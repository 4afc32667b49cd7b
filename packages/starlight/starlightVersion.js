import settings from 'virtual:mvp-rerank'
import { versionOf } from 'mvp-rerank-site/page'

/**
 * States a page's version in its head, for the index and for the search.
 *
 * @param {{ locals: { starlightRoute: { id: string, head: object[] } } }} context
 */
export function onRequest({ locals: { starlightRoute } }) {
  const content = versionOf(starlightRoute.id, settings.versions)
  if (content) starlightRoute.head.push({ tag: 'meta', attrs: { name: 'docsearch:version', content } })
}
