import type { CodeSpan } from '../search/packedIndex.js'
import type { Block } from './page.js'

/** A text made of blocks, and where code stands in it. */
export interface JoinedBlocks {
  text: string
  code?: CodeSpan[]
}

/** A text that stays together if it is short enough. */
interface Piece {
  text: string
  isCode: boolean
}

/**
 * Joins blocks into as few texts as the limit allows, of about equal length. A block longer than the limit is split
 * between its lines, and a longer line within the line.
 */
export function splitBlocks(blocks: readonly Block[], maxLength: number): JoinedBlocks[] {
  return pack(
    blocks.flatMap(block => splitBlock(block, maxLength)),
    maxLength,
  ).map(joined)
}

function splitBlock({ lines, header, kind }: Block, maxLength: number): Piece[] {
  const isCode = kind === 'code'
  const whole = lines.join('\n')
  if (whole.length <= maxLength) return [{ text: whole, isCode }]
  // A repeated header must leave half of the room.
  const repeated = header !== undefined && header.length < maxLength / 2 ? header : undefined
  const room = repeated === undefined ? maxLength : maxLength - repeated.length - 1
  const parts = pack(
    lines.flatMap(line => breakLine(line, room)).map(text => ({ text, isCode })),
    room,
  ).map(pieces => joined(pieces).text)
  return parts.map((part, i) => ({ text: repeated === undefined || i === 0 ? part : `${repeated}\n${part}`, isCode }))
}

/** Groups pieces. Each group becomes a text. */
function pack(pieces: readonly Piece[], maxLength: number): Piece[][] {
  const total = pieces.reduce((sum, { text }) => sum + text.length + 1, 0)
  const target = total / Math.ceil(total / maxLength)
  const groups: Piece[][] = []
  let group: Piece[] = []
  let length = 0
  let packed = 0
  for (const piece of pieces) {
    const size = piece.text.length
    const full = length + 1 + size > maxLength
    // If an even split would fall into the first half of this piece, split before it.
    const due = packed + size / 2 > target * (groups.length + 1)
    if (length > 0 && (full || due)) {
      groups.push(group)
      group = []
      length = 0
    }
    // Empty lines at the beginning of a text are dropped.
    if (length === 0) group = []
    group.push(piece)
    length = length === 0 ? size : length + 1 + size
    packed += size + 1
  }
  return group.some(({ text }) => text.trim() !== '') ? [...groups, group] : groups
}

function joined(pieces: readonly Piece[]): JoinedBlocks {
  const code: CodeSpan[] = []
  let at = 0
  for (const { text, isCode } of pieces) {
    const last = code.at(-1)
    if (isCode && last?.[1] === at - 1 && at > 0) code[code.length - 1] = [last[0], at + text.length]
    else if (isCode && text !== '') code.push([at, at + text.length])
    at += text.length + 1
  }
  return { text: pieces.map(({ text }) => text).join('\n'), ...(code.length > 0 ? { code } : {}) }
}

/** Breaks an overlong line after a sentence if possible, else at a space, else between any two characters. */
function breakLine(line: string, maxLength: number): string[] {
  const parts: string[] = []
  let rest = line
  while (rest.length > maxLength) {
    const head = rest.slice(0, maxLength)
    const sentence = head.lastIndexOf('. ') + 1
    let at = sentence > maxLength / 2 ? sentence : Math.max(head.lastIndexOf(' '), 0) || maxLength
    if (/[\uD800-\uDBFF]/.test(rest[at - 1]!) && at > 1) at--
    parts.push(rest.slice(0, at))
    rest = rest.slice(at).trimStart()
  }
  return [...parts, rest]
}
