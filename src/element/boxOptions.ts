import type { SearchBoxOptions } from './searchBox.js'
import type { SearchProperties } from './searchProperties.js'

/** Properties that a search box is made of: another value of one, and there is another box. */
const ofBox = [
  'src',
  'model',
  'modelBase',
  'load',
  'limit',
  'recent',
  'search',
  'reranker',
  'searchOptions',
  'rerankerOptions',
] as const

export function changesBox(changed: ReadonlyMap<PropertyKey, unknown>): boolean {
  return ofBox.some(name => changed.has(name))
}

/** What the page gave the element to search with. */
export function boxOptionsOf(element: SearchProperties): SearchBoxOptions {
  const { src, model, modelBase, search, reranker } = element
  return {
    index: search ?? { ...element.searchOptions, src },
    model: reranker ?? (model ? { ...element.rerankerOptions, model, ...(modelBase ? { modelBase } : {}) } : undefined),
    name: src,
    limit: element.limit,
    recent: element.recent,
    loadOnUse: element.load !== 'manual',
  }
}
