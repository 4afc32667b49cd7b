import { startsOf, tellingStart } from '../search/snippet.js'
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
  const wanted = sentence ? startFor(text, sentence) : tellingStart(text, terms, usual)
  // At the end of a text, what comes before fills the room.
  const earlier = startsOf(text).findLast(start => text.length - start >= least) ?? 0
  const start = earlier < wanted && wanted - earlier <= least ? earlier : wanted
  return { start, end: Math.min(text.length, start + usual * 2) }
}

/** A sentence near the beginning is shown after that beginning: what comes before it explains it. */
function startFor(text: string, { start, end }: Span): number {
  if (end <= usual * 0.7) return 0
  const line = text.lastIndexOf('\n', start) + 1
  return start - line <= 40 ? line : start
}
