import type { MatchedTerm } from '../api/search.js'
import { best } from './best.js'
import { Spelling, slipsAllowed } from './spelling.js'
import { isStopWord, termsOf, wordsOf } from './terms.js'
import type { WordsData } from './wordsData.js'

/** A term of the index that a word of the query stands for. */
interface TermMatch {
  term: number
  match: MatchedTerm['match']
  weight: number
}

/** A word of the query with all that it may stand for; of the matches that a section has, the one that counts most counts. */
interface AskedWord {
  word: string
  matches: TermMatch[]
}

export interface WordHits {
  /** The best sections, best first. */
  places: number[]
  /** One score a section of the index; 0 where nothing matched. */
  scores: Float32Array
  /** The words as they were understood, for `explain`. */
  asked: AskedWord[]
}

/** A word being typed may become so many others; the most frequent of them are looked at. */
const MOST_COMPLETIONS = 64

/** Search by words over an inverted index: exact, by beginning (the word being typed), and by near spelling (words that are not in the index). */
export class Words {
  readonly spelling: Spelling
  readonly #wordBest: Float32Array

  readonly #data: WordsData

  constructor(data: WordsData) {
    this.#data = data

    this.spelling = new Spelling(data.terms)
    this.#wordBest = new Float32Array(data.sections)
  }

  /** @param allowed whether a section may be found, 1 or 0; all may without it */
  search(text: string, limit: number, allowed?: Uint8Array): WordHits {
    const asked = this.#understand(text)
    const scores = new Float32Array(this.#data.sections)
    const { starts, places, impacts } = this.#data
    for (const { matches } of asked) {
      const touched: number[] = []
      for (const { term, weight } of matches) {
        const worth = (weight * this.#idf(term)) / 255
        for (let at = starts[term]!; at < starts[term + 1]!; at++) {
          const place = places[at]!
          if (allowed && allowed[place] === 0) continue
          const score = worth * impacts[at]!
          if (this.#wordBest[place] === 0) touched.push(place)
          if (score > this.#wordBest[place]!) this.#wordBest[place] = score
        }
      }
      for (const place of touched) {
        scores[place]! += this.#wordBest[place]!
        this.#wordBest[place] = 0
      }
    }
    return { places: best(scores, limit), scores, asked }
  }

  /** What made up the scores of some sections, largest first. */
  explain(asked: readonly AskedWord[], sections: readonly number[]): Map<number, MatchedTerm[]> {
    const { starts, places, impacts, terms } = this.#data
    const explained = new Map(sections.map(place => [place, [] as MatchedTerm[]]))
    for (const { word, matches } of asked) {
      const counting = new Map<number, MatchedTerm>()
      for (const { term, weight, match } of matches) {
        const worth = (weight * this.#idf(term)) / 255
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
    for (const of of explained.values()) of.sort((a, b) => b.score - a.score)
    return explained
  }

  /** How many sections have the term. */
  frequency(term: number): number {
    return this.#data.starts[term + 1]! - this.#data.starts[term]!
  }

  term(place: number): string {
    return this.#data.terms[place]!
  }

  /** The place of a term, or -1. */
  find(term: string): number {
    const at = this.#firstFrom(term)
    return this.#data.terms[at] === term ? at : -1
  }

  /** The most frequent terms that begin so, the term itself left out. */
  completions(start: string, most = MOST_COMPLETIONS): number[] {
    const { terms } = this.#data
    const found: number[] = []
    for (let at = this.#firstFrom(start); at < terms.length && terms[at]!.startsWith(start); at++) {
      if (terms[at] !== start) found.push(at)
    }
    return found.sort((a, b) => this.frequency(b) - this.frequency(a)).slice(0, most)
  }

  #understand(text: string): AskedWord[] {
    const all = wordsOf(text)
    const telling = all.filter(word => !isStopWord(word))
    const words = telling.length > 0 ? telling : all
    const seen = new Set<string>()
    return words.flatMap((word, i) => {
      const [whole, ...parts] = termsOf(word)
      if (seen.has(whole!)) return []
      seen.add(whole!)
      const matches = this.#matches(word.toLowerCase(), whole!, i === words.length - 1)
      const known = matches.some(({ match }) => match === 'exact')
      return [
        ...(matches.length > 0 ? [{ word, matches }] : []),
        // `bodyLimit` asks for body and limit as well, if less where the whole is known.
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
    // The word being typed is likely unfinished; the words before it are not.
    if (isLast && typed.length > 2) {
      for (const completion of this.completions(typed)) {
        if (completion === exact) continue
        const missing = this.term(completion).length - typed.length
        const weight = (exact < 0 ? 0.8 : 0.4) * (typed.length / (typed.length + 0.3 * missing))
        matches.push({ term: completion, match: 'prefix', weight })
      }
    }
    if (matches.length > 0) return matches
    return this.spelling.near(term, slipsAllowed(term.length)).map(({ term: near, slips }) => ({
      term: near,
      match: 'spelling',
      weight: slips === 1 ? 0.6 : 0.35,
    }))
  }

  #idf(term: number): number {
    const frequency = this.frequency(term)
    return Math.log(1 + (this.#data.sections - frequency + 0.5) / (frequency + 0.5))
  }

  /** The place of the first term that does not come before. */
  #firstFrom(term: string): number {
    const { terms } = this.#data
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
