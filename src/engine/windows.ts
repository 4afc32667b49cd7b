import type { Prompter } from './prompt.js'

/** A part of a passage that fits the prompt, in UTF-16 units of its text. */
export interface Window {
  start: number
  end: number
}

/** Neighbouring windows share this part of their tokens, so text at a cut is whole in one of them. */
const OVERLAP = 1 / 4
/** Text without a space is cut into pieces of at most this many UTF-16 units. */
const MAX_PIECE = 64

/**
 * The windows in which a passage is read. A passage that fits the prompt, or must not be split, is one window. As few
 * overlapping windows as possible, evenly spaced, cover a longer one. Text beyond `maxWindows` windows is not read.
 */
export function windowsOf(prompter: Prompter, query: string, context: string, maxWindows: number): Window[] {
  const whole = [{ start: 0, end: context.length }]
  // A token has at least one UTF-16 unit.
  if (maxWindows <= 1 || context.length <= prompter.room(query)) return whole
  if (prompter.rerank(query, { text: context }).ids.length < prompter.maxLength) return whole
  return split(context, prompter.room(query), maxWindows, prompter.countTokens)
}

/** @param room of one window, in tokens */
export function split(
  text: string,
  room: number,
  maxWindows: number,
  countTokens: (piece: string) => number,
): Window[] {
  const stride = Math.max(1, Math.ceil(room * (1 - OVERLAP)))
  const pieces = measure(text, room + (maxWindows - 1) * stride, countTokens)
  const total = pieces.at(-1)?.to ?? 0
  if (total <= room) return [{ start: 0, end: text.length }]
  const count = Math.min(maxWindows, 1 + Math.ceil((total - room) / stride))
  return Array.from({ length: count }, (_, i) => {
    if (i === count - 1) return lastWindow(pieces, room)
    const from = (i * (total - room)) / (count - 1)
    const first = pieces.findLastIndex(piece => piece.from <= from)
    let last = first
    while (pieces[last + 1] && pieces[last + 1]!.to - pieces[first]!.from <= room) last++
    return { start: pieces[first]!.start, end: pieces[last]!.end }
  })
}

/** The text up to the end of the last word that is within the first `most` tokens. */
export function cutTokens(text: string, most: number, countTokens: (piece: string) => number): string {
  // A token has at least one UTF-16 unit.
  if (text.length <= most) return text
  return text.slice(0, measure(text, most, countTokens).at(-1)?.end ?? 0)
}

export interface Piece extends Window {
  /** In tokens from the beginning of the text. */
  from: number
  to: number
}

function lastWindow(pieces: readonly Piece[], room: number): Window {
  const { to, end } = pieces.at(-1)!
  const first = Math.min(
    pieces.length - 1,
    Math.max(
      0,
      pieces.findIndex(piece => to - piece.from <= room),
    ),
  )
  return { start: pieces[first]!.start, end }
}

/**
 * The words of a text with the number of tokens before each, up to `maxTokens`. A word-piece tokenizer reads each word
 * on its own.
 */
export function measure(text: string, maxTokens: number, countTokens: (piece: string) => number): Piece[] {
  const known = new Map<string, number>()
  const pieces: Piece[] = []
  let from = 0
  for (const match of text.matchAll(PIECES)) {
    const [word] = match
    const tokens = known.get(word) ?? countTokens(word)
    known.set(word, tokens)
    const to = from + tokens
    if (to > maxTokens) break
    pieces.push({ start: match.index, end: match.index + word.length, from, to })
    from = to
  }
  return pieces
}

// The flag u makes a pair of surrogates one character.
const PIECES = new RegExp(`\\S{1,${MAX_PIECE}}`, 'gu')
