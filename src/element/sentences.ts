/** A part of a text, as offsets; the end is excluded. */
export interface Span {
  start: number
  end: number
}

/** Shorter pieces, such as "Example:" and "Note.", say too little to be compared with a query. In characters. */
const shortest = 12

/** Fewer words are rather a name or code than a statement. */
const fewestWords = 4

/** Spaces and the edge of a drawn frame. */
const leadingFrame = /^[\s\u2500-\u257F\u25B2-\u25C4]+/

/** A row of a table. Names and code in columns are no sentence. */
const tableRow = /\S \| \S|^\| | \|$/

/** The mark of a list's item, which is not part of its sentence. */
const listMarker = /^\s*(?:[-•*]|\d+[.)])\s+/

/** Abbreviations that never end a sentence. */
const abbreviation =
  /(?:^|[\s(])(?:e\.\s?g|i\.\s?e|etc|vs|cf|approx|incl|no|nos|fig|eq|sec|p|pp|vol|dr|mr|mrs|ms|prof|st|z\.\s?B|d\.\s?h|u\.\s?a|bzw|ca|vgl|ggf|p\.\s?ex|\p{Lu})\.\s*$/iu

/**
 * The sentences of a text. If it has none, its lines: those of prose, else lists and names, else code. Rows of tables
 * never count. Lines are not joined, since each is a paragraph, an item of a list or a line of code.
 * @param code where code stands in the text
 */
export function sentencesOf(text: string, code: readonly (readonly [start: number, end: number])[] = []): Span[] {
  const isCode = ({ start, end }: Span) => code.some(([from, to]) => start < to && end > from)
  const sentences = allSentences(text)
  const said = sentences.filter(span => !isCode(span))
  // Scripts without spaces have sentences of one "word".
  const telling = said.filter(({ start, end }) => text.slice(start, end).split(/\s+/).length >= fewestWords)
  return [telling, said].find(list => list.length > 0) ?? sentences
}

function allSentences(text: string): Span[] {
  return wholeSentences(text).flatMap(({ start, end }) => {
    const piece = text.slice(start, end).trimEnd()
    if (tableRow.test(lineAround(text, start))) return []
    const bare = piece.slice(leadingFrame.exec(piece)?.[0].length ?? 0)
    const from = start + piece.length - bare.length + (listMarker.exec(bare)?.[0].length ?? 0)
    return start + piece.length - from < shortest ? [] : [{ start: from, end: start + piece.length }]
  })
}

function lineAround(text: string, at: number): string {
  const end = text.indexOf('\n', at)
  return text.slice(text.lastIndexOf('\n', at - 1) + 1, end < 0 ? undefined : end)
}

/** The pieces of a text. Pieces cut at an abbreviation or before a small letter are joined again. */
function wholeSentences(text: string): Span[] {
  const whole: Span[] = []
  for (const { start, end } of pieces(text)) {
    const last = whole.at(-1)
    const before = last && text.slice(last.start, last.end)
    const goesOn = before !== undefined && !before.endsWith('\n') && /^[\p{Ll},;)]/u.test(text.slice(start))
    if (last && before && (goesOn || (!before.endsWith('\n') && abbreviation.test(before)))) last.end = end
    else whole.push({ start, end })
  }
  return whole
}

function pieces(text: string): Span[] {
  const segments = new Intl.Segmenter(undefined, { granularity: 'sentence' }).segment(text)
  return Array.from(segments, ({ index, segment }) => ({ start: index, end: index + segment.length }))
}
