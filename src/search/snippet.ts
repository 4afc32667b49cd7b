import { sentenceStarts } from './sentenceStarts.js'
import { termsOf, tokensOf } from './terms.js'

/**
 * The part of a text that holds most of the searched words. It begins at a line or a sentence. If the text holds none of
 * the words, the snippet is its beginning.
 * @param length the approximate number of characters
 */
export function snippet(text: string, terms: ReadonlySet<string>, length = 240): string {
  const start = snippetStart(text, terms, length)
  const cut = text
    .slice(start, start + length * 1.5)
    .replace(/\s+/g, ' ')
    .trim()
  return start === 0 ? cut : `… ${cut}`
}

/**
 * Where `snippet` begins: the offset of the line or sentence that most of the searched words follow.
 * @param length the approximate number of characters shown
 */
export function snippetStart(text: string, terms: ReadonlySet<string>, length: number): number {
  const found = tokensOf(text).flatMap(({ word, index }) => {
    const term = termsOf(word).find(candidate => terms.has(candidate))
    return term === undefined ? [] : [{ term, index }]
  })
  let best = 0
  let bestWorth = 0
  for (const start of sentenceStarts(text)) {
    const inside = found.filter(({ index }) => index >= start && index < start + length)
    const first = inside[0]
    if (first === undefined) continue
    // Of two pieces with the same words, the one whose first word comes sooner wins.
    const worth = new Set(inside.map(({ term }) => term)).size - (first.index - start) / length
    if (worth > bestWorth) {
      best = start
      bestWorth = worth
    }
  }
  return best
}
