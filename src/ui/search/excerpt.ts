import { termsOf, wordPattern } from '../../search/terms.js'
import type { Span } from './sentences.js'

/** About two lines of a wide list, in characters. */
const usual = 260

/** What is shown of a text is not shorter than this, unless the text is. */
const least = 180

/**
 * The part of a text to show: from the most relevant sentence, where that is known; else the part that says most of the searched words; else the
 * beginning.
 */
export function excerptOf(text: string, terms: ReadonlySet<string>, sentence?: Span): Span {
  const wanted = sentence ? startFor(text, sentence) : tellingStart(text, terms)
  // At the end of a text, what comes before fills the room.
  const latest = startsOf(text).findLast(start => text.length - start >= least) ?? 0
  const start = Math.min(wanted, latest)
  return { start, end: Math.min(text.length, start + usual * 2) }
}

/** A sentence near the beginning is shown after that beginning: what comes before it explains it. */
function startFor(text: string, { start, end }: Span): number {
  if (end <= usual * 0.7) return 0
  const line = text.lastIndexOf('\n', start) + 1
  return start - line <= 40 ? line : start
}

/** Where a line or a sentence begins. */
function startsOf(text: string): number[] {
  return [0, ...[...text.matchAll(/\n|[.!?] (?=\p{Lu})/gu)].map(({ 0: end, index }) => index + end.length)]
}

function tellingStart(text: string, terms: ReadonlySet<string>): number {
  const found = [...text.matchAll(wordPattern)].flatMap(({ 0: word, index }) => {
    const term = termsOf(word).find(candidate => terms.has(candidate))
    return term === undefined ? [] : [{ term, index }]
  })
  let best = 0
  let bestWorth = 0
  for (const start of startsOf(text)) {
    const inside = found.filter(({ index }) => index >= start && index < start + usual)
    const first = inside[0]
    if (first === undefined) continue
    // Of two pieces with the same words, the one that comes to the point sooner.
    const worth = new Set(inside.map(({ term }) => term)).size - (first.index - start) / usual
    if (worth > bestWorth) {
      best = start
      bestWorth = worth
    }
  }
  return best
}
