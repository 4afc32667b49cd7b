/** The letters of a word as a bit mask. Words whose masks differ in many bits are far apart. */
function letterMask(word: string): number {
  let bits = 0
  for (let i = 0; i < word.length; i++) bits |= 1 << (word.charCodeAt(i) & 31)
  return bits
}

function countBits(bits: number): number {
  let count = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++
  return count
}

/** How many typos a word of this length may have. */
export function typosAllowed(length: number): number {
  if (length < 4) return 0
  return length < 8 ? 1 : 2
}

/** Typo tolerance: finds the terms near a misspelt word by their edit distance. */
export class Spelling {
  readonly #masks: Int32Array
  readonly #terms: readonly string[]

  constructor(terms: readonly string[]) {
    this.#terms = terms
    this.#masks = Int32Array.from(terms, letterMask)
  }

  /** Places of the terms at an edit distance of at most `most`. */
  within(word: string, most: number): { term: number; edits: number }[] {
    const mask = letterMask(word)
    const found: { term: number; edits: number }[] = []
    for (let i = 0; i < this.#terms.length; i++) {
      const term = this.#terms[i]!
      if (Math.abs(term.length - word.length) > most || countBits(mask ^ this.#masks[i]!) > 2 * most) continue
      const edits = editDistance(word, term, most)
      if (edits <= most) found.push({ term: i, edits })
    }
    return found
  }
}

/**
 * The edit distance between two words (Damerau-Levenshtein, as optimal string alignment): insertions, deletions,
 * substitutions and swaps of neighbouring letters.
 * @returns any number above `most` as soon as the distance is certain to exceed `most`
 */
export function editDistance(a: string, b: string, most: number): number {
  const more = most + 1
  let before = new Array<number>(b.length + 2).fill(more)
  let last = before.slice()
  let row = before.slice()
  for (let j = 0; j <= most; j++) last[j] = j
  for (let i = 1; i <= a.length; i++) {
    // Farther from the diagonal, the lengths alone differ by more than `most`.
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
