import { loadedPackage } from './packageEntry.js'
import type { Span } from './sentences.js'

/** A run of text with the same marks. */
export interface Segment {
  text: string
  /** Whether it is a word of the query. */
  word: boolean
  /** Whether it is code. */
  code?: true
}

/** An excerpt in three parts: before, in and after the most relevant sentence. */
export interface MarkedText {
  before: Segment[]
  sentence: Segment[]
  after: Segment[]
}

/**
 * Cuts a part of a text into runs to mark.
 * @param shown the part
 * @param terms the index's terms that matched
 * @param sentence the most relevant sentence, if it is known
 * @param code where code stands in the text
 */
export function markText(
  text: string,
  shown: Span,
  terms: ReadonlySet<string>,
  sentence?: Span,
  code: readonly (readonly [start: number, end: number])[] = [],
): MarkedText {
  const from = Math.min(Math.max(sentence?.start ?? shown.end, shown.start), shown.end)
  const to = Math.max(Math.min(sentence?.end ?? shown.end, shown.end), from)
  const prose = (start: number, end: number) => markWords(withoutLines(text.slice(start, end)), terms)
  const cut = (start: number, end: number): Segment[] => {
    const segments: Segment[] = []
    let at = start
    for (const [first, last] of code) {
      const [begin, stop] = [Math.max(first, at), Math.min(last, end)]
      if (stop <= begin) continue
      segments.push(...prose(at, begin))
      segments.push(...markWords(text.slice(begin, stop), terms).map(segment => ({ ...segment, code: true as const })))
      at = stop
    }
    return [...segments, ...prose(at, end)]
  }
  return { before: cut(shown.start, from), sentence: cut(from, to), after: cut(to, shown.end) }
}

/**
 * Joins lines, except items of lists. Replaces frames and arrows drawn with characters, which are noise once their
 * lines are joined.
 */
function withoutLines(text: string): string {
  return text.replace(/[\u2500-\u257F\u25B2-\u25C4]+/g, ' ').replace(/\n(?!\s*(?:[-•]|\d+[.)])\s)/g, ' ')
}

export function markWords(text: string, terms: ReadonlySet<string>): Segment[] {
  return loadedPackage()
    .markTerms(text, terms)
    .map(({ text, marked }) => ({ text: readable(text), word: marked }))
}

/**
 * Removes characters that override the direction of text. With one, a title could look like another title.
 * Right-to-left scripts do not need them.
 */
export function readable(text: string): string {
  return text.replace(/[\u202A-\u202E\u2066-\u2069]/g, '')
}
