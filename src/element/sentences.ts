/** A part of a text, from its first character to after its last one. */
export interface Span {
  start: number
  end: number
}

/** Shorter pieces, such as "Example:" and "Note.", say too little to be compared with a query. In characters. */
const shortest = 12

/** Fewer words are a name or code rather than a statement. */
const fewestWords = 4

/** Spaces and the edge of a drawn frame. */
const leadingFrame = /^[\s\u2500-\u257F\u25B2-\u25C4]+/

/**
 * The sentences of a text. A line is never joined with the next one: lines are list items, table rows and lines of
 * code.
 */
export function sentencesOf(text: string): Span[] {
  const sentences = allSentences(text)
  const telling = sentences.filter(({ start, end }) => text.slice(start, end).split(/\s+/).length >= fewestWords)
  // Scripts without spaces have sentences of one "word".
  return telling.length > 0 ? telling : sentences
}

function allSentences(text: string): Span[] {
  return pieces(text).flatMap(({ start, end }) => {
    const piece = text.slice(start, end).trimEnd()
    const from = start + (leadingFrame.exec(piece)?.[0].length ?? 0)
    return start + piece.length - from < shortest ? [] : [{ start: from, end: start + piece.length }]
  })
}

function pieces(text: string): Span[] {
  if ('Segmenter' in Intl) {
    const segments = new Intl.Segmenter(undefined, { granularity: 'sentence' }).segment(text)
    return Array.from(segments, ({ index, segment }) => ({ start: index, end: index + segment.length }))
  }
  // Firefox before 125.
  return Array.from((text as string).matchAll(/[^\n]*?(?:[.!?。！？]+(?=\s|$)|\n|$)/g), ({ 0: piece, index }) => ({
    start: index,
    end: index + piece.length,
  }))
}
