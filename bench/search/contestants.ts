import MiniSearch from 'minisearch'
import type { Section } from '../../src/api/search.js'
import { toCodes } from '../../src/search/codes.js'
import { INDEX_VERSION, type IndexManifest } from '../../src/search/indexManifest.js'
import { buildInvertedIndex } from '../../src/search/invertedIndex.js'
import { packIndex } from '../../src/search/packedIndex.js'
import { SearchIndex } from '../../src/search/searchIndex.js'

/** An index in memory of sections as they are, each a page of its own. */
export function ownIndex(
  sections: readonly Section[],
  vectors?: Float32Array[],
): { index: SearchIndex; packed: Uint8Array } {
  const pages = sections.map(({ title, url, filters }) => ({ title, url, filters }))
  const packed = packIndex(
    pages,
    sections.map(({ path, text }, page) => ({ page, anchor: '', path: path.slice(1), text })),
    buildInvertedIndex(
      sections.map(({ path, text }) => ({ heading: path.at(-1)!, path: path.slice(0, -1).join(' '), text })),
    ),
  )
  const file = { path: 'none.bin', bytes: 0, sha256: '' }
  const manifest: IndexManifest = {
    format: 'mvp-rerank-index',
    version: INDEX_VERSION,
    sections: sections.length,
    pages: sections.length,
    filters: {},
    words: file,
    ...(vectors ? { embeddings: { ...file, model: 'mvp-mini', width: vectors[0]!.length } } : {}),
    credits: [],
  }
  const index = new SearchIndex(manifest, packed)
  if (vectors) index.addEmbeddings(toCodes(vectors))
  return { index, packed }
}

export interface MiniSearchPage {
  id: number
  title: string
  headings: string
  text: string
}

/** As MiniSearch's documentation shows it: title before text, beginnings, and one slip in five letters. */
export const miniSearchOptions = {
  fields: ['title', 'headings', 'text'],
  searchOptions: { boost: { title: 2 }, prefix: true, fuzzy: 0.2 },
}

export function miniSearch(sections: readonly Section[]): MiniSearch<MiniSearchPage> {
  const index = new MiniSearch<MiniSearchPage>(miniSearchOptions)
  index.addAll(
    sections.map(({ id, path, text }) => ({ id, title: path.at(-1)!, headings: path.slice(0, -1).join(' '), text })),
  )
  return index
}
