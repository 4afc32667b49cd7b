import { sentenceStarts } from '../search/sentenceStarts.js'
import { loadedPackage } from './packageEntry.js'
import type { Span } from './sentences.js'

/** About two lines of a wide list, in characters. */
const usualLength = 260

/** An excerpt is at least this long, unless the text is shorter. In characters. */
const minLength = 180

/**
 * The part of a text to show. It begins at the most relevant sentence if that is known. Else it is the part with most
 * of the searched words, or the beginning.
 */
export function excerptOf(text: string, terms: ReadonlySet<string>, sentence?: Span): Span {
  const wanted = sentence ? startFor(text, sentence) : loadedPackage().snippetStart(text, terms, usualLength)
  // Near the end of a text, the excerpt begins earlier to keep its length.
  const earlier = sentenceStarts(text).findLast(start => text.length - start >= minLength) ?? 0
  const start = earlier < wanted && wanted - earlier <= minLength ? earlier : wanted
  return { start, end: Math.min(text.length, start + usualLength * 2) }
}

/** Where the excerpt starts. A sentence near the beginning is shown from the beginning, which explains it. */
function startFor(text: string, { start, end }: Span): number {
  if (end <= usualLength * 0.7) return 0
  const line = text.lastIndexOf('\n', start) + 1
  return start - line <= 40 ? line : start
}
