import { sentenceStarts } from './sentenceStarts.js'
import { termsOf, tokensOf } from './terms.js'

/**
 * Cuts out the part of a text that holds most of the searched words. It begins at a line or a sentence. If the text
 * holds none of the words, the snippet is its beginning.
 * @param terms the terms of the index to look for: `Candidate.terms`
 * @param length the approximate length in UTF-16 code units; by default 240, at most half as much again
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
 * Finds where `snippet` begins: at the line or sentence that most of the searched words follow.
 * @param terms the terms of the index to look for: `Candidate.terms`
 * @param length the approximate length in UTF-16 code units of the text to show
 * @returns an offset in UTF-16 code units; 0 if the text holds none of the words
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
