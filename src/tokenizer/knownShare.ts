/** A vocabulary with this many Chinese characters has them as words. With fewer, they are only letters left over. */
const MANY_HAN = 3000

/**
 * The share of a text's letters that a vocabulary knows in pieces of two letters or more; 1 for a text without words.
 * Where words fall into single letters or unknown pieces, a model reads noise. Each Chinese character is a piece of its
 * own. Such characters count as known if the vocabulary has many.
 */
export class KnownShare {
  readonly #encode: (text: string) => readonly number[]
  readonly #pieces: readonly string[]
  #knowsHan: boolean | undefined

  /**
   * @param pieces by id, without signs of where a word begins; empty for those that stand for no text, as the unknown
   * one
   */
  constructor(encode: (text: string) => readonly number[], pieces: readonly string[]) {
    this.#encode = encode
    this.#pieces = pieces
  }

  of(text: string): number {
    let letters = 0
    let known = 0
    for (const [word] of text.matchAll(/\p{L}[\p{L}\p{M}]+|\p{sc=Han}/gu)) {
      const length = lettersIn(word)
      letters += length
      const long = this.#encode(word).map(id => this.#pieces[id] ?? '')
      known += Math.min(
        length,
        long.reduce((sum, piece) => sum + this.#lettersKnownBy(piece), 0),
      )
    }
    return letters === 0 ? 1 : known / letters
  }

  #lettersKnownBy(piece: string): number {
    const letters = lettersIn(piece)
    return letters > 1 || (HAN.test(piece) && this.#hasManyHan()) ? letters : 0
  }

  #hasManyHan(): boolean {
    this.#knowsHan ??= this.#pieces.filter(piece => HAN.test(piece)).length >= MANY_HAN
    return this.#knowsHan
  }
}

const HAN = /^\p{sc=Han}+$/u

function lettersIn(text: string): number {
  return text.match(/\p{L}/gu)?.length ?? 0
}
