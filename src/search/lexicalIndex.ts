import MiniSearch, { type SearchOptions } from 'minisearch'
import type { Section } from './corpus.js'
import { isStopWord, termsOf, wordsOf } from './terms.js'

/** A candidate of the first stage. */
export interface Hit {
  section: Section
  /** BM25+ as MiniSearch computes it; comparable within one search only. */
  score: number
  /** The terms of the index that matched, for marking them in the text (`markTerms`). */
  terms: string[]
}

export interface LexicalIndex {
  /** The best sections by words, best first. */
  search(query: string, limit: number): Hit[]
}

interface IndexedSection {
  id: number
  heading: string
  path: string
  text: string
}

const searchOptions: SearchOptions = {
  boost: { heading: 2.5, path: 1.5 },
  combineWith: 'OR',
  // The word being typed is likely unfinished; the words before it are not.
  prefix: (term, index, terms) => index === terms.length - 1 && term.length > 2,
  fuzzy: term => (term.length > 5 ? 0.2 : false),
}

/** Indexes in slices, so that typing and scrolling go on meanwhile. */
export async function createLexicalIndex(sections: readonly Section[]): Promise<LexicalIndex> {
  const index = new MiniSearch<IndexedSection>({
    fields: ['heading', 'path', 'text'],
    tokenize: wordsOf,
    processTerm: termsOf,
    searchOptions,
  })
  await index.addAllAsync(
    sections.map(({ id, page, path, text }) => ({
      id,
      heading: path.at(-1)!,
      path: [page.package.name, ...path.slice(0, -1)].join(' '),
      text,
    })),
    { chunkSize: 100 },
  )
  return {
    search: (query, limit) => {
      const words = wordsOf(query)
      const telling = words.filter(word => !isStopWord(word))
      return index
        .search((telling.length > 0 ? telling : words).join(' '))
        .slice(0, limit)
        .map(({ id, score, terms }) => ({ section: sections[id]!, score, terms }))
    },
  }
}
