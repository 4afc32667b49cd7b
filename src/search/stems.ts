import type { InvertedIndex } from './invertedIndex.js'
import { normalizeWord } from './normalize.js'
import { isUnspaced } from './terms.js'

/** Cuts off a word's ending by the rules of one language. */
export type Stem = (word: string) => string

const WORD = /^[\p{L}\p{M}]{3,}$/u

/** Finds the terms of an index by their stems. It knows the terms in sections of one language. */
export class Stems {
  readonly #stem: Stem
  readonly #places = new Map<string, number[]>()

  /** @param isOf whether a section is of the language */
  constructor(stem: Stem, { terms, starts, places }: InvertedIndex, isOf: (section: number) => boolean) {
    this.#stem = stem
    terms.forEach((term, place) => {
      if (!WORD.test(term) || isUnspaced(term)) return
      if (!places.subarray(starts[place]!, starts[place + 1]!).some(isOf)) return
      for (const key of this.#keys(term)) {
        const of = this.#places.get(key)
        if (of) of.push(place)
        else this.#places.set(key, [place])
      }
    })
  }

  /** Places of the terms with the same stem as a word. */
  find(word: string): number[] {
    const typed = normalizeWord(word)
    if (!WORD.test(typed)) return []
    return [...new Set(this.#keys(typed).flatMap(key => this.#places.get(key) ?? []))]
  }

  /** The index cuts the s of an English plural off every word, even where it belongs to the stem: `gla` for `Glas`. */
  #keys(word: string): string[] {
    return [...new Set([this.#stem(word), ...(word.endsWith('s') ? [] : [this.#stem(`${word}s`)])])]
  }
}
