import MiniSearch from 'minisearch'
import { isStopWord, termsOf, wordsOf } from '../search/terms.js'

/** A passage as the first stage found it. */
export interface Hit {
  /** The passage's place in the order of adding, from 0. */
  place: number
  score: number
}

interface Indexed {
  id: number
  title: string
  text: string
}

/**
 * The words, stop words and BM25+ of the site's search (MiniSearch), but whole words alone: guessing at prefixes and misspellings is for
 * people who type. Made for queries that are known beforehand: only terms that some query has are kept, and no text. Scores are the same as
 * with all terms, as a field's length counts all of its words.
 */
export class QueryIndex {
  readonly #index: MiniSearch<Indexed>
  #size = 0

  constructor(queries: Iterable<string>) {
    const wanted = new Set<string>()
    for (const query of queries)
      for (const word of queryWords(query)) for (const term of termsOf(word)) wanted.add(term)
    this.#index = new MiniSearch<Indexed>({
      fields: ['title', 'text'],
      tokenize: tokens,
      processTerm: word => {
        const terms = termsOf(word).filter(term => wanted.has(term))
        return terms.length === 0 ? null : terms
      },
      searchOptions: { combineWith: 'OR' },
    })
  }

  get size(): number {
    return this.#size
  }

  add(title: string, text: string): void {
    this.#index.add({ id: this.#size++, title, text })
  }

  /** The best by BM25+, best first; passages that share no word with the query are not among them. */
  search(query: string, limit: number): Hit[] {
    const found = this.#index.search(queryWords(query).join(' '))
    return found.slice(0, limit).map(({ id, score }) => ({ place: id, score }))
  }
}

function queryWords(query: string): string[] {
  const words = tokens(query)
  const telling = words.filter(word => !isStopWord(word))
  return telling.length > 0 ? telling : words
}

/** Scripts that are written without blanks between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu

/** Words; text without blanks between words as pairs of neighbouring characters, as search engines do. */
function tokens(text: string): string[] {
  return wordsOf(text).flatMap(word => {
    const pieces = word.replace(UNSPACED, run => ` ${pairs(run).join(' ')} `)
    return pieces === word ? [word] : pieces.trim().split(/ +/)
  })
}

function pairs(run: string): string[] {
  const characters = [...run]
  if (characters.length < 3) return [run]
  return characters.slice(1).map((character, i) => characters[i]! + character)
}
