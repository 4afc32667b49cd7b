import { loadedPackage } from './packageEntry.js'
import type { Span } from './sentences.js'

/** A run of text with the same marks. */
export interface Segment {
  text: string
  /** Whether it is a word of the query. */
  word: boolean
  /** Whether it is code. */
  code?: boolean
  /** The word of the query that met it in late interaction. */
  met?: string | undefined
}

/** A part of a text with marks. */
export type MarkedPlace = readonly [start: number, end: number, marks: Pick<Segment, 'code' | 'met'>]

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
 * @param met words that the query's met
 */
export function markText(
  text: string,
  shown: Span,
  terms: ReadonlySet<string>,
  sentence?: Span,
  code: readonly (readonly [start: number, end: number])[] = [],
  met: readonly MarkedPlace[] = [],
): MarkedText {
  const from = Math.min(Math.max(sentence?.start ?? shown.end, shown.start), shown.end)
  const to = Math.max(Math.min(sentence?.end ?? shown.end, shown.end), from)
  const places = [...code.map(([start, end]): MarkedPlace => [start, end, { code: true }]), ...met]
  const edges = places.flatMap(place => place.slice(0, 2) as number[]).sort((a, b) => a - b)
  const cut = (start: number, end: number): Segment[] => {
    const ends = [...new Set([...edges.filter(edge => edge > start && edge < end), end])]
    return ends.flatMap((stop, i) => {
      const begin = ends[i - 1] ?? start
      const part = text.slice(begin, stop)
      const around = places.filter(([first, last]) => first <= begin && stop <= last)
      const marks: Pick<Segment, 'code' | 'met'> = Object.assign({}, ...around.map(([, , marks]) => marks))
      return markWords(marks.code ? part : withoutLines(part), terms).map(segment => ({ ...segment, ...marks }))
    })
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
