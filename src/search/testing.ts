import { INDEX_VERSION, type IndexManifest } from './indexManifest.js'
import { buildInvertedIndex, type InvertedIndex } from './invertedIndex.js'
import { type IndexedPage, type IndexedSection, packIndex } from './packedIndex.js'
import { SearchIndex } from './searchIndex.js'
import { sectionFields } from './sectionFields.js'

export interface MemoryIndex {
  index: SearchIndex
  manifest: IndexManifest
  packed: Uint8Array
  words: InvertedIndex
}

/**
 * For tests and benchmarks: an index in memory, with the words that `buildIndex` would index.
 * @param stated filters, and the model of the embeddings if `index.addEmbeddings` will add them
 */
export function memoryIndex(
  pages: readonly IndexedPage[],
  sections: readonly IndexedSection[],
  {
    filters = {},
    embeddings,
  }: { filters?: IndexManifest['filters']; embeddings?: { model: string; width: number } } = {},
): MemoryIndex {
  const words = buildInvertedIndex(sections.map(section => sectionFields(pages[section.page]!, section)))
  const packed = packIndex(pages, sections, words)
  const manifest: IndexManifest = {
    format: 'mvp-rerank-index',
    version: INDEX_VERSION,
    sections: sections.length,
    pages: pages.length,
    filters,
    words: { path: 'words.bin', bytes: 0, sha256: '' },
    ...(embeddings ? { embeddings: { path: 'embeddings.bin', bytes: 0, sha256: '', ...embeddings } } : {}),
    credits: [],
  }
  return { index: new SearchIndex(manifest, packed), manifest, packed, words }
}
