import type { MatchedTerm } from '../api/search.js'
import type { InvertedIndex } from './invertedIndex.js'
import { Spelling, typosAllowed } from './spelling.js'
import { isStopWord, termsOf, wordsOf } from './terms.js'
import { topK } from './topK.js'

/** A term of the index that a word of the query stands for. */
interface TermMatch {
  term: number
  match: MatchedTerm['match']
  weight: number
}

/**
 * A word of the query with all terms that it may stand for. Of the terms in a section, the one with the highest score
 * counts.
 */
interface QueryWord {
  word: string
  matches: TermMatch[]
}

export interface WordHits {
  /** The best sections, best first. */
  places: number[]
  /** One score a section of the index; 0 where nothing matched. */
  scores: Float32Array
  /** For `explain`. */
  queryWords: QueryWord[]
}

/** How many completions of an unfinished word are searched, the most frequent ones. */
const MAX_COMPLETIONS = 64

/**
 * Keyword search over an inverted index, scored by BM25F: exact matches, prefix matches of the word being typed, and
 * typo tolerance for words that are not in the index.
 */
export class WordSearch {
  readonly spelling: Spelling
  readonly #index: InvertedIndex
  /** [sections]: the best score of the query word in hand. */
  readonly #wordScores: Float32Array

  constructor(index: InvertedIndex) {
    this.#index = index
    this.spelling = new Spelling(index.terms)
    this.#wordScores = new Float32Array(index.sections)
  }

  /** @param allowed whether a section may be found, 1 or 0; all may without it */
  search(text: string, limit: number, allowed?: Uint8Array): WordHits {
    const queryWords = this.#parseQuery(text)
    const scores = new Float32Array(this.#index.sections)
    const { starts, places, impacts } = this.#index
    for (const { matches } of queryWords) {
      const touched: number[] = []
      for (const { term, weight } of matches) {
        const worth = (weight * this.#idf(term)) / 255
        for (let at = starts[term]!; at < starts[term + 1]!; at++) {
          const place = places[at]!
          if (allowed && allowed[place] === 0) continue
          const score = worth * impacts[at]!
          if (this.#wordScores[place] === 0) touched.push(place)
          if (score > this.#wordScores[place]!) this.#wordScores[place] = score
        }
      }
      for (const place of touched) {
        scores[place]! += this.#wordScores[place]!
        this.#wordScores[place] = 0
      }
    }
    return { places: topK(scores, limit), scores, queryWords }
  }

  /** The matched terms that made up the scores of some sections, highest first. */
  explain(queryWords: readonly QueryWord[], sections: readonly number[]): Map<number, MatchedTerm[]> {
    const { starts, places, impacts, terms } = this.#index
    const explained = new Map(sections.map(place => [place, [] as MatchedTerm[]]))
    for (const { word, matches } of queryWords) {
      const counting = new Map<number, MatchedTerm>()
      for (const { term, weight, match } of matches) {
        const worth = (weight * this.#idf(term)) / 255
        for (let at = starts[term]!; at < starts[term + 1]!; at++) {
          const of = explained.get(places[at]!)
          if (!of) continue
          // Only the best match counts; the others are listed for highlighting.
          const found: MatchedTerm = { term: terms[term]!, word, match, score: worth * impacts[at]! }
          const other = counting.get(places[at]!)
          if (other && other.score >= found.score) found.score = 0
          else {
            if (other) other.score = 0
            counting.set(places[at]!, found)
          }
          of.push(found)
        }
      }
    }
    for (const of of explained.values()) of.sort((a, b) => b.score - a.score)
    return explained
  }

  /** How many sections have the term. */
  frequency(term: number): number {
    return this.#index.starts[term + 1]! - this.#index.starts[term]!
  }

  term(place: number): string {
    return this.#index.terms[place]!
  }

  /** The place of a term, or -1. */
  find(term: string): number {
    const at = this.#lowerBound(term)
    return this.#index.terms[at] === term ? at : -1
  }

  /** The most frequent terms with this prefix, the term itself left out. */
  completions(prefix: string, most = MAX_COMPLETIONS): number[] {
    const { terms } = this.#index
    const found: number[] = []
    for (let at = this.#lowerBound(prefix); at < terms.length && terms[at]!.startsWith(prefix); at++) {
      if (terms[at] !== prefix) found.push(at)
    }
    return found.sort((a, b) => this.frequency(b) - this.frequency(a)).slice(0, most)
  }

  #parseQuery(text: string): QueryWord[] {
    const all = wordsOf(text)
    const contentWords = all.filter(word => !isStopWord(word))
    const words = contentWords.length > 0 ? contentWords : all
    const seen = new Set<string>()
    return words.flatMap((word, i) => {
      const [whole, ...parts] = termsOf(word)
      if (seen.has(whole!)) return []
      seen.add(whole!)
      const matches = this.#matches(word.toLowerCase(), whole!, i === words.length - 1)
      const known = matches.some(({ match }) => match === 'exact')
      return [
        ...(matches.length > 0 ? [{ word, matches }] : []),
        // `bodyLimit` also searches body and limit, with less weight where the index has the whole word.
        ...parts.flatMap(part => {
          const term = this.find(part)
          return term < 0 ? [] : [{ word, matches: [{ term, match: 'exact' as const, weight: known ? 0.5 : 1 }] }]
        }),
      ]
    })
  }

  #matches(typed: string, term: string, isLast: boolean): TermMatch[] {
    const matches: TermMatch[] = []
    const exact = this.find(term)
    if (exact >= 0) matches.push({ term: exact, match: 'exact', weight: 1 })
    // Only the last word may be unfinished.
    if (isLast && typed.length > 2) {
      for (const completion of this.completions(typed)) {
        if (completion === exact) continue
        const missing = this.term(completion).length - typed.length
        const weight = (exact < 0 ? 0.8 : 0.4) * (typed.length / (typed.length + 0.3 * missing))
        matches.push({ term: completion, match: 'prefix', weight })
      }
    }
    if (matches.length > 0) return matches
    return this.spelling.within(term, typosAllowed(term.length)).map(({ term: near, edits }) => ({
      term: near,
      match: 'spelling',
      weight: edits === 1 ? 0.6 : 0.35,
    }))
  }

  #idf(term: number): number {
    const frequency = this.frequency(term)
    return Math.log(1 + (this.#index.sections - frequency + 0.5) / (frequency + 0.5))
  }

  /** Binary search: the place of the first term that does not sort before this one. */
  #lowerBound(term: string): number {
    const { terms } = this.#index
    let low = 0
    let high = terms.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (terms[middle]! < term) low = middle + 1
      else high = middle
    }
    return low
  }
}
