/** Letters of a word as bits: words that differ in many of them need no closer look. */
function letters(word: string): number {
  let bits = 0
  for (let i = 0; i < word.length; i++) bits |= 1 << (word.charCodeAt(i) & 31)
  return bits
}

/** How many bits are set; of all 32 at once, for this is asked of every term of about the same length. */
function ones(bits: number): number {
  let counts = bits - ((bits >>> 1) & 0x55555555)
  counts = (counts & 0x33333333) + ((counts >>> 2) & 0x33333333)
  return Math.imul((counts + (counts >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** How many slips are forgiven in a word of this length. */
export function slipsAllowed(length: number): number {
  if (length < 4) return 0
  return length < 8 ? 1 : 2
}

/** Finds the terms that a misspelt word may have meant. */
export class Spelling {
  private readonly masks: Int32Array
  /** The terms' places by their length: of most lengths none needs to be looked at. */
  private readonly ofLength: number[][] = []

  constructor(private readonly terms: readonly string[]) {
    this.masks = new Int32Array(terms.length)
    for (let place = 0; place < terms.length; place++) {
      const term = terms[place]!
      this.masks[place] = letters(term)
      this.ofLength[term.length] ??= []
      this.ofLength[term.length]!.push(place)
    }
  }

  /** Places of the terms that are at most `most` slips away, in their order, with their number of slips. */
  near(word: string, most: number): { term: number; slips: number }[] {
    const mask = letters(word)
    const found: { term: number; slips: number }[] = []
    for (let length = Math.max(0, word.length - most); length <= word.length + most; length++) {
      for (const term of this.ofLength[length] ?? []) {
        if (ones(mask ^ this.masks[term]!) > 2 * most) continue
        const slips = distance(word, this.terms[term]!, most)
        if (slips <= most) found.push({ term, slips })
      }
    }
    return found.sort((a, b) => a.term - b.term)
  }
}

/**
 * Slips from one word to another: a letter too many, too few, wrong, or two swapped (optimal string alignment).
 * @returns more than `most` as soon as that is certain
 */
export function distance(a: string, b: string, most: number): number {
  const more = most + 1
  if (Math.abs(a.length - b.length) > most) return more
  let before = new Array<number>(b.length + 2).fill(more)
  let last = before.slice()
  let row = before.slice()
  for (let j = 0; j <= Math.min(b.length, most); j++) last[j] = j
  for (let i = 1; i <= a.length; i++) {
    // Farther from the diagonal there are more than `most` letters too many, and it stays so.
    const from = Math.max(1, i - most)
    const to = Math.min(b.length, i + most)
    row[from - 1] = i <= most ? i : more
    let least = row[from - 1]!
    for (let j = from; j <= to; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1)
      row[j] = cost
      if (cost < least) least = cost
    }
    if (least > most) return more
    ;[before, last, row] = [last, row, before]
  }
  return last[b.length]!
}
