import { normalizeText } from './normalize.js'

/** Finds texts that hold a phrase word by word. Signs between the words only matter if the phrase has some. */
export class Phrase {
  readonly #hasSigns: boolean
  readonly #wanted: string

  constructor(phrase: string) {
    const text = normalizeText(phrase)
    this.#hasSigns = /[^\p{L}\p{N}\p{M}\s'’_$.,;:!?-]|^-|[.:-][.:-]/u.test(text)
    this.#wanted = this.#hasSigns ? text : wordsAlone(text)
  }

  isIn(text: string): boolean {
    const normal = normalizeText(text)
    return this.#hasSigns ? normal.includes(this.#wanted) : wordsAlone(normal).includes(this.#wanted)
  }
}

function wordsAlone(text: string): string {
  return ` ${text.replace(/[^\p{L}\p{N}\p{M}_$]+/gu, ' ').trim()} `
}
