/** The largest number of remembered words, and the longest of them. */
const WORDS = 8192
const LONGEST_WORD = 64

/** Remembers the ids of words: they depend on the word alone, and words repeat. */
export function remembered(idsOf: (word: string) => readonly number[]): (word: string) => readonly number[] {
  const known = new Map<string, readonly number[]>()
  return word => {
    let ids = known.get(word)
    if (!ids) {
      ids = idsOf(word)
      if (known.size === WORDS) known.clear()
      if (word.length <= LONGEST_WORD) known.set(word, ids)
    }
    return ids
  }
}
