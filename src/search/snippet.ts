import { termsOf, tokensOf } from './terms.js'

/**
 * The part of a text that says most of the searched words, beginning at a line or a sentence; the beginning of a text
 * that says none.
 * @param length about how many characters are wanted
 */
export function snippet(text: string, terms: ReadonlySet<string>, length = 240): string {
  const start = tellingStart(text, terms, length)
  const cut = text
    .slice(start, start + length * 1.5)
    .replace(/\s+/g, ' ')
    .trim()
  return start === 0 ? cut : `… ${cut}`
}

/** Where the part of a text begins that says most of the searched words. */
export function tellingStart(text: string, terms: ReadonlySet<string>, length: number): number {
  const found = tokensOf(text).flatMap(({ word, index }) => {
    const term = termsOf(word).find(candidate => terms.has(candidate))
    return term === undefined ? [] : [{ term, index }]
  })
  let best = 0
  let bestWorth = 0
  for (const start of startsOf(text)) {
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

/** Where a line or a sentence begins, as well as can be told by its looks. */
export function startsOf(text: string): number[] {
  return [0, ...[...text.matchAll(/\n|[.!?] (?=\p{Lu})/gu)].map(({ 0: end, index }) => index + end.length)]
}
