import type { ExactMatch, MatchedTerm } from '../api/search.js'
import type { InvertedIndex } from './invertedIndex.js'
import { normalizeWord, weakForms } from './normalize.js'
import type { ParsedQuery } from './parsedQuery.js'
import { Spelling, typosAllowed } from './spelling.js'
import { isStopWord, isWeakWord } from './stopWords.js'
import { isFlag, isUnspaced, termsOf, wordsOf } from './terms.js'
import { topK } from './topK.js'
import { inflections, WeakTerms } from './wordForms.js'

/** A term of the index that a word of the query stands for. */
interface TermMatch {
  term: number
  text: string
  match: MatchedTerm['match']
  weight: number
}

/** A word of the query with all that it may stand for; of the matches that a section has, the one that counts most counts. */
export interface QueryWord {
  word: string
  matches: TermMatch[]
  /** How much the word tells: the inverse document frequency of what it stands for. All matches share it, so that none outranks the word by being rarer. */
  idf: number
}

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
  /** The words as they were understood, for `explain`. */
  queryWords: QueryWord[]
  /** The idf of all words of the query, those that the index lacks included. */
  asked: number
  /** Sections that the query names, by how it does. */
  exact: Map<number, ExactMatch>
}

/** A word being typed may become so many others; the most frequent of them are looked at. */
const MAX_COMPLETIONS = 64
/** A compound of which a word is a part must have so many letters more, and the word so many. */
const [LEAST_REST, LEAST_PART] = [3, 5]
/** How far a section without some of the words falls: with none of what the others tell, to this share of its score. */
const LEAST_COVERED = 0.5

/** Search by words over an inverted index: exact, by beginning (the word being typed), and by near spelling (words that are not in the index). */
export class WordSearch {
  readonly spelling: Spelling
  readonly #index: InvertedIndex
  readonly #wordScores: Float32Array
  readonly #weakTerms: WeakTerms

  constructor(index: InvertedIndex) {
    this.#index = index
    this.spelling = new Spelling(index.terms)
    this.#wordScores = new Float32Array(index.sections)
    this.#weakTerms = new WeakTerms(index.terms)
  }

  search({ text, without, typing }: ParsedQuery, limit: number, options: WordSearchOptions = {}): WordHits {
    const { allowed, correct = true } = options
    const { queryWords, unknown } = this.#queryWords(text, typing, correct)
    const scores = new Float32Array(this.#index.sections)
    const covered = new Float32Array(this.#index.sections)
    const open = without.length === 0 ? allowed : this.#withoutTerms(without, allowed)
    const { starts, places, impacts } = this.#index
    for (const { matches, idf } of queryWords) {
      const touched: number[] = []
      for (const { term, weight } of matches) {
        const worth = (weight * idf) / 255
        for (let at = starts[term]!; at < starts[term + 1]!; at++) {
          const place = places[at]!
          if (open && open[place] === 0) continue
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
      allowed: open,
      asked: all + unknown,
      exact: new Map(),
    }
  }

  /** How much of what the words tell the section that has the most of it has, from 0 to 1: `QueryResult.covered`. */
  covered({ queryWords, asked }: WordHits, sections: readonly number[]): number {
    const { starts, places } = this.#index
    const covered = new Map(sections.map(place => [place, 0]))
    for (const { matches, idf } of queryWords) {
      const best = new Map<number, number>()
      for (const { term, weight } of matches) {
        for (let at = starts[term]!; at < starts[term + 1]!; at++) {
          const place = places[at]!
          if (covered.has(place) && weight > (best.get(place) ?? 0)) best.set(place, weight)
        }
      }
      for (const [place, weight] of best) covered.set(place, covered.get(place)! + idf * weight)
    }
    return asked === 0 ? 0 : Math.min(1, Math.max(0, ...covered.values()) / asked)
  }

  /** What made up the scores of some sections, largest first; what closeness has added is shared among the words. */
  explain({ queryWords, scores }: WordHits, sections: readonly number[]): Map<number, MatchedTerm[]> {
    const { starts, places, impacts, terms } = this.#index
    const explained = new Map(sections.map(place => [place, [] as MatchedTerm[]]))
    for (const { word, matches, idf } of queryWords) {
      const counting = new Map<number, MatchedTerm>()
      for (const { term, weight, match } of matches) {
        const worth = (weight * idf) / 255
        for (let at = starts[term]!; at < starts[term + 1]!; at++) {
          const of = explained.get(places[at]!)
          if (!of) continue
          // Only the best match counts; the others are told for marking.
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
    for (const [place, of] of explained) {
      const sum = of.reduce((sum, { score }) => sum + score, 0)
      for (const term of of) term.score *= scores[place]! / (sum || 1)
      of.sort((a, b) => b.score - a.score)
    }
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

  /** The most frequent terms that begin so, the term itself left out. */
  completions(start: string, most = MAX_COMPLETIONS): number[] {
    const { terms } = this.#index
    const found: number[] = []
    for (let at = this.#lowerBound(start); at < terms.length && terms[at]!.startsWith(start); at++) {
      if (terms[at] !== start) found.push(at)
    }
    for (const term of this.#weakTerms.beginning(start)) found.push(term)
    return found.sort((a, b) => this.frequency(b) - this.frequency(a)).slice(0, most)
  }

  #queryWords(text: string, typing: boolean, correct: boolean): { queryWords: QueryWord[]; unknown: number } {
    const all = wordsOf(text)
    const telling = all.filter(word => !isStopWord(word))
    const words = telling.length > 0 ? telling : all
    const last = typing ? all.at(-1) : undefined
    const seen = new Set<string>()
    let unknown = 0
    const queryWords = words.flatMap((word, i) => {
      const [whole, ...parts] = termsOf(word)
      if (!whole || seen.has(whole)) return []
      seen.add(whole)
      const matches = this.#matches(word, whole, i === words.length - 1 && word === last, correct)
      for (const neighbour of [words[i - 1] && words[i - 1] + word, words[i + 1] && word + words[i + 1]]) {
        const joined = neighbour === undefined ? -1 : this.find(normalizeWord(neighbour))
        if (joined >= 0) this.#add(matches, joined, 'form', 0.9)
      }
      for (const joined of parts.length > 1 ? [parts.join('_'), parts.join('')] : []) {
        const term = this.find(joined)
        if (term >= 0) this.#add(matches, term, 'exact', 1)
      }
      const known = matches.some(({ match }) => match === 'exact')
      const weak = isWeakWord(word) ? 0.3 : 1
      // `bodyLimit` asks for body and limit as well, if less where the whole is known.
      const inside = parts.flatMap(part => {
        const term = this.find(part)
        if (term < 0 || seen.has(part)) return []
        const matches: TermMatch[] = [{ term, text: part, match: 'exact', weight: 1 }]
        return [{ word, matches, idf: (known ? 0.5 : 1) * this.#idf(term) }]
      })
      if (matches.length === 0 && inside.length === 0) unknown += weak * this.#idfOf(0)
      return [...(matches.length > 0 ? [{ word, matches, idf: weak * this.#wordIdf(matches) }] : []), ...inside]
    })
    return { queryWords, unknown }
  }

  #matches(word: string, term: string, isLast: boolean, correct: boolean): TermMatch[] {
    const matches: TermMatch[] = []
    const exact = this.find(term)
    if (exact >= 0) this.#add(matches, exact, 'exact', 1)
    const typed = normalizeWord(word)
    for (const form of [
      ...this.#weakTerms.find(term),
      ...weakForms(term).flatMap(weak => [this.find(weak), ...this.#weakTerms.find(weak)]),
    ]) {
      if (form >= 0) this.#add(matches, form, 'form', 0.9)
    }
    for (const form of inflections(typed)) {
      const found = this.find(form)
      if (found >= 0) this.#add(matches, found, 'form', 0.5)
    }
    // The word being typed is likely unfinished; the words before it are not.
    if (isLast && (typed.length > 2 || isUnspaced(typed))) {
      const known = matches.length > 0
      for (const completion of this.completions(typed)) {
        const missing = Math.max(0, this.term(completion).length - typed.length)
        const weight = (known ? 0.4 : 0.8) * (typed.length / (typed.length + 0.3 * missing))
        this.#add(matches, completion, 'prefix', weight)
      }
    }
    const known = matches.length > 0
    if (typed.length >= LEAST_PART && !isFlag(word) && !isUnspaced(typed) && (!known || this.#weakTerms.haveUmlauts)) {
      for (const compound of this.#compounds(term, !known)) {
        this.#add(matches, compound, 'form', known ? 0.3 : 0.5)
      }
    }
    if (matches.length > 0 || !correct) return matches
    return this.spelling.within(term, typosAllowed(term.length)).map(({ term: near, edits }) => ({
      term: near,
      text: this.term(near),
      match: 'spelling',
      weight: edits === 1 ? 0.6 : 0.35,
    }))
  }

  /** Of two matches with one term the better counts. */
  #add(matches: TermMatch[], term: number, match: TermMatch['match'], weight: number): void {
    const other = matches.find(of => of.term === term)
    if (!other) matches.push({ term, text: this.term(term), match, weight })
    else if (other.weight < weight) Object.assign(other, { match, weight })
  }

  /** Terms that end in a word (`netzgerät`: `hochspannungsnetzgerät`), or hold it anywhere. */
  #compounds(part: string, anywhere: boolean): number[] {
    const { terms } = this.#index
    const found: number[] = []
    for (let term = 0; term < terms.length && found.length < MAX_COMPLETIONS; term++) {
      const whole = terms[term]!
      if (whole.length < part.length + LEAST_REST) continue
      if (anywhere ? whole.includes(part) : whole.endsWith(part)) found.push(term)
    }
    for (const term of this.#weakTerms.compounds(part, anywhere, part.length + LEAST_REST)) found.push(term)
    return found
  }

  #withoutTerms(without: readonly string[], allowed?: Uint8Array): Uint8Array {
    const open = allowed?.slice() ?? new Uint8Array(this.#index.sections).fill(1)
    const { starts, places } = this.#index
    for (const term of without.map(of => this.find(of)).filter(term => term >= 0)) {
      for (let at = starts[term]!; at < starts[term + 1]!; at++) open[places[at]!] = 0
    }
    return open
  }

  /** That of the word itself where it is known, else that of all that it may stand for together. */
  #wordIdf(matches: readonly TermMatch[]): number {
    const exact = matches.filter(({ match }) => match === 'exact')
    const of = exact.length > 0 ? exact : matches
    return this.#idfOf(
      Math.min(
        this.#index.sections,
        of.reduce((sum, { term }) => sum + this.frequency(term), 0),
      ),
    )
  }

  #idf(term: number): number {
    return this.#idfOf(this.frequency(term))
  }

  #idfOf(frequency: number): number {
    return Math.log(1 + (this.#index.sections - frequency + 0.5) / (frequency + 0.5))
  }

  /** The place of the first term that does not come before. */
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
