/** Letters of a word as bits: words that differ in many of them need no closer look. */
function letters(word: string): number {
  let bits = 0
  for (let i = 0; i < word.length; i++) bits |= 1 << (word.charCodeAt(i) & 31)
  return bits
}

function ones(bits: number): number {
  let count = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++
  return count
}

/** How many slips are forgiven in a word of this length. */
export function slipsAllowed(length: number): number {
  if (length < 4) return 0
  return length < 8 ? 1 : 2
}

/** Finds the terms that a misspelt word may have meant. */
export class Spelling {
  readonly #masks: Int32Array

  readonly #terms: readonly string[]

  constructor(terms: readonly string[]) {
    this.#terms = terms

    this.#masks = Int32Array.from(terms, letters)
  }

  /** Places of the terms that are at most `most` slips away, with their number of slips. */
  near(word: string, most: number): { term: number; slips: number }[] {
    const mask = letters(word)
    const found: { term: number; slips: number }[] = []
    for (let i = 0; i < this.#terms.length; i++) {
      const term = this.#terms[i]!
      if (Math.abs(term.length - word.length) > most || ones(mask ^ this.#masks[i]!) > 2 * most) continue
      const slips = distance(word, term, most)
      if (slips <= most) found.push({ term: i, slips })
    }
    return found
  }
}

/**
 * Slips from one word to another: a letter too many, too few, wrong, or two swapped (optimal string alignment).
 * @returns more than `most` as soon as that is certain
 */
export function distance(a: string, b: string, most: number): number {
  const more = most + 1
  let before = new Array<number>(b.length + 2).fill(more)
  let last = before.slice()
  let row = before.slice()
  for (let j = 0; j <= most; j++) last[j] = j
  for (let i = 1; i <= a.length; i++) {
    // Farther from the diagonal there are more than `most` letters too many, and it stays so.
    const from = Math.max(1, i - most)
    const to = Math.min(b.length, i + most)
    row[from - 1] = i <= most ? i : more
    let least = row[from - 1]!
    for (let j = from; j <= to; j++) {
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1)
      row[j] = cost
      if (cost < least) least = cost
    }
    if (least > most) return more
    ;[before, last, row] = [last, row, before]
  }
  return last[b.length]!
}
