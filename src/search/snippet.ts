import { sentenceStarts } from './sentenceStarts.js'
import { termsOf, tokensOf } from './terms.js'

/**
 * The part of a text that says most of the searched words, beginning at a line or a sentence; the beginning of a text
 * that says none.
 * @param length about how many characters are wanted
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
 * Where `snippet` begins: the offset of the line or sentence from which the text says most of the searched words.
 * @param length about how many characters are shown
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
    // Of two pieces with the same words, the one that comes to the point sooner.
    const worth = new Set(inside.map(({ term }) => term)).size - (first.index - start) / length
    if (worth > bestWorth) {
      best = start
      bestWorth = worth
    }
  }
  return best
}
