import { loadedPackage } from './packageEntry.js'
import type { Span } from './sentences.js'

/** A run of text that is marked in one way. */
export interface Segment {
  text: string
  /** Whether it is a word of the query. */
  word: boolean
}

/** An excerpt: before, in and after the most relevant sentence. */
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
 */
export function markText(text: string, shown: Span, terms: ReadonlySet<string>, sentence?: Span): MarkedText {
  const from = Math.min(Math.max(sentence?.start ?? shown.end, shown.start), shown.end)
  const to = Math.max(Math.min(sentence?.end ?? shown.end, shown.end), from)
  const cut = (start: number, end: number) => markWords(withoutLines(text.slice(start, end)), terms)
  return { before: cut(shown.start, from), sentence: cut(from, to), after: cut(to, shown.end) }
}

/** Replaces frames and arrows that are drawn with characters: they are noise once their lines are joined. */
function withoutLines(text: string): string {
  return text.replace(/[\u2500-\u257F\u25B2-\u25C4]+/g, ' ')
}

export function markWords(text: string, terms: ReadonlySet<string>): Segment[] {
  return loadedPackage()
    .markTerms(text, terms)
    .map(({ text, marked }) => ({ text: readable(text), word: marked }))
}

/**
 * Removes the characters that override the direction of text: a title with one could pass for another title.
 * Right-to-left scripts need none of them.
 */
export function readable(text: string): string {
  return text.replace(/[\u202A-\u202E\u2066-\u2069]/g, '')
}
