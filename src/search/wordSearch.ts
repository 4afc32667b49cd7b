import type { ExactMatch } from '../api/search.js'
import type { InvertedIndex } from './invertedIndex.js'
import type { ParsedQuery } from './parsedQuery.js'
import { expandQuery, type QueryWord } from './queryExpansion.js'
import { TermDictionary } from './termDictionary.js'
import { topK } from './topK.js'

export interface WordSearchOptions {
  /** Whether a section may be found, 1 or 0; all may without it. */
  allowed?: Uint8Array | undefined
  /** Whether a word that the index lacks stands for those near to it. @default true */
  correct?: boolean
}

export interface WordHits {
  /** The best sections, best first. */
  places: number[]
  /** One score a section of the index; 0 where nothing matched. */
  scores: Float32Array
  /** The highest score by single words. */
  unit: number
  /** Whether a section may be found, 1 or 0; all may without it. */
  allowed: Uint8Array | undefined
  /** The words as they were understood. */
  queryWords: QueryWord[]
  /** The idf of all words of the query, those that the index lacks included. */
  asked: number
  /** Sections that the query names, by how it does. */
  exact: Map<number, ExactMatch>
}

/** How far a section without some of the words falls: with none of what the others tell, to this share of its score. */
const LEAST_COVERED = 0.5

/** Search by words over an inverted index: adds up what the words of a query tell of each section. */
export class WordSearch {
  readonly dictionary: TermDictionary
  readonly #index: InvertedIndex
  /** [sections]: scores by one word; 0 between words. */
  readonly #wordScores: Float32Array

  constructor(index: InvertedIndex) {
    this.#index = index
    this.dictionary = new TermDictionary(index)
    this.#wordScores = new Float32Array(index.sections)
  }

  search(query: ParsedQuery, limit: number, options: WordSearchOptions = {}): WordHits {
    const { allowed: permitted, correct = true } = options
    const { queryWords, unknown } = expandQuery(query, correct, this.dictionary)
    const allowed = query.without.length === 0 ? permitted : this.#withoutTerms(query.without, permitted)
    const scores = new Float32Array(this.#index.sections)
    const covered = new Float32Array(this.#index.sections)
    const { starts, places, impacts } = this.#index
    for (const { matches, idf } of queryWords) {
      const touched: number[] = []
      for (const { term, weight } of matches) {
        const worth = (weight * idf) / 255
        for (let at = starts[term]!; at < starts[term + 1]!; at++) {
          const place = places[at]!
          if (allowed?.[place] === 0) continue
          const score = worth * impacts[at]!
          if (this.#wordScores[place] === 0) touched.push(place)
          if (score > this.#wordScores[place]!) this.#wordScores[place] = score
        }
      }
      for (const place of touched) {
        scores[place]! += this.#wordScores[place]!
        covered[place]! += idf
        this.#wordScores[place] = 0
      }
    }
    const all = queryWords.reduce((sum, { idf }) => sum + idf, 0)
    if (queryWords.length > 1) {
      for (let place = 0; place < scores.length; place++) {
        if (scores[place]! > 0) scores[place]! *= LEAST_COVERED + ((1 - LEAST_COVERED) * covered[place]!) / all
      }
    }
    const ranked = topK(scores, Math.max(1, limit))
    return {
      places: ranked.slice(0, limit),
      scores,
      unit: scores[ranked[0]!] ?? 0,
      queryWords,
      allowed,
      asked: all + unknown,
      exact: new Map(),
    }
  }

  #withoutTerms(without: readonly string[], allowed?: Uint8Array): Uint8Array {
    const open = allowed?.slice() ?? new Uint8Array(this.#index.sections).fill(1)
    const { starts, places } = this.#index
    for (const term of this.dictionary.findAll(without)) {
      for (let at = starts[term]!; at < starts[term + 1]!; at++) open[places[at]!] = 0
    }
    return open
  }
}
