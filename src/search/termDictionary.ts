import type { InvertedIndex } from './invertedIndex.js'
import { lowerBound } from './lowerBound.js'
import { weakForms } from './normalize.js'
import { Spelling } from './spelling.js'
import { type Stem, Stems } from './stems.js'
import { WeakTerms } from './wordForms.js'

/** Terms that the beginning or a part of a word may stand for, at most. */
const MAX_TERMS = 64

/** The terms of an index: by themselves, by what they begin with or hold, by their forms and by near spelling. */
export class TermDictionary {
  readonly terms: readonly string[]
  readonly spelling: Spelling
  readonly #index: InvertedIndex
  readonly #weakTerms: WeakTerms
  readonly #stems: Stems[] = []

  constructor(index: InvertedIndex) {
    this.#index = index
    this.terms = index.terms
    this.spelling = new Spelling(index.terms)
    this.#weakTerms = new WeakTerms(index.terms)
  }

  /**
   * Finds terms in all forms that have the same stem.
   * @param isOf whether a section is of the stemmer's language
   */
  addStemmer(stem: Stem, isOf: (section: number) => boolean): void {
    this.#stems.push(new Stems(stem, this.#index, isOf))
  }

  /** The place of a term, or -1. */
  find(term: string): number {
    const at = lowerBound(this.terms, term)
    return this.terms[at] === term ? at : -1
  }

  /** The places of those words that are terms. */
  findAll(words: readonly string[]): number[] {
    return words.map(word => this.find(word)).filter(term => term >= 0)
  }

  /** Terms that differ from this one only by accents or umlauts, on either side. */
  weakForms(term: string): number[] {
    const weaker = weakForms(term).flatMap(form => [...this.findAll([form]), ...this.#weakTerms.find(form)])
    return [...this.#weakTerms.find(term), ...weaker]
  }

  /** Terms that have the stem of a word. */
  stemForms(word: string): number[] {
    return this.#stems.flatMap(stems => stems.find(word))
  }

  /** Whether the index is of a language that puts words together to compounds. */
  get hasCompounds(): boolean {
    return this.#weakTerms.haveUmlauts
  }

  /** How many sections have the term. */
  frequency(term: number): number {
    return this.#index.starts[term + 1]! - this.#index.starts[term]!
  }

  /** The inverse document frequency of a word that stands for these terms; for none: the index lacks it. */
  idf(terms: readonly number[]): number {
    const { sections } = this.#index
    const frequency = Math.min(
      sections,
      terms.reduce((sum, term) => sum + this.frequency(term), 0),
    )
    return Math.log(1 + (sections - frequency + 0.5) / (frequency + 0.5))
  }

  /** The most frequent terms that begin so, the term itself left out. */
  completions(start: string, most = MAX_TERMS): number[] {
    const { terms } = this
    const found: number[] = []
    for (let at = lowerBound(terms, start); at < terms.length && terms[at]!.startsWith(start); at++) {
      if (terms[at] !== start) found.push(at)
    }
    for (const term of this.#weakTerms.beginning(start)) found.push(term)
    return found.sort((a, b) => this.frequency(b) - this.frequency(a)).slice(0, most)
  }

  /**
   * Terms that end in a word (`netzgerät`: `hochspannungsnetzgerät`), or hold it anywhere.
   * @param least their least length
   */
  compounds(part: string, anywhere: boolean, least: number): number[] {
    const { terms } = this
    const found: number[] = []
    for (let term = 0; term < terms.length && found.length < MAX_TERMS; term++) {
      const whole = terms[term]!
      if (whole.length < least) continue
      if (anywhere ? whole.includes(part) : whole.endsWith(part)) found.push(term)
    }
    for (const term of this.#weakTerms.compounds(part, anywhere, least)) found.push(term)
    return found
  }
}
