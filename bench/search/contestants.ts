import MiniSearch from 'minisearch'
import type { Section } from '../../src/api/search.js'
import { toCodes } from '../../src/search/codes.js'
import type { SearchIndex } from '../../src/search/searchIndex.js'
import { memoryIndex } from '../../src/search/testing.js'

/** An index in memory. Each section is a page of its own. */
export function ownIndex(sections: readonly Section[], vectors?: Float32Array[]): SearchIndex {
  const { index } = memoryIndex(
    sections.map(({ title, url, filters }) => ({ title, url, filters })),
    sections.map(({ path, text }, page) => ({ page, anchor: '', path: path.slice(1), text })),
    vectors && { embeddings: { model: 'mvp-mini', width: vectors[0]!.length } },
  )
  if (vectors) index.addEmbeddings(toCodes(vectors))
  return index
}

export interface MiniSearchPage {
  id: number
  title: string
  headings: string
  text: string
}

/** As in MiniSearch's documentation: titles count double, prefixes match, and one typo in five letters is tolerated. */
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
