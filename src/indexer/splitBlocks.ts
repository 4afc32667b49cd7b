import type { Block } from './page.js'

/**
 * Joins blocks into as few texts as the limit allows, of about equal length. A block that is too long by itself is
 * split between its lines, and a line that is too long by itself within the line.
 */
export function splitBlocks(blocks: readonly Block[], maxLength: number): string[] {
  return pack(
    blocks.flatMap(block => splitBlock(block, maxLength)),
    maxLength,
  )
}

function splitBlock({ lines, header }: Block, maxLength: number): string[] {
  const whole = lines.join('\n')
  if (whole.length <= maxLength) return [whole]
  // A repeated header must leave half of the room.
  const repeated = header !== undefined && header.length < maxLength / 2 ? header : undefined
  const room = repeated === undefined ? maxLength : maxLength - repeated.length - 1
  const parts = pack(
    lines.flatMap(line => breakLine(line, room)),
    room,
  )
  return parts.map((part, i) => (repeated === undefined || i === 0 ? part : `${repeated}\n${part}`))
}

function pack(pieces: readonly string[], maxLength: number): string[] {
  const total = pieces.reduce((sum, piece) => sum + piece.length + 1, 0)
  const target = total / Math.ceil(total / maxLength)
  const texts: string[] = []
  let text = ''
  let packed = 0
  for (const piece of pieces) {
    const full = text.length + 1 + piece.length > maxLength
    // Past the middle of this piece, the split is nearer to its even place before the piece.
    const due = packed + piece.length / 2 > target * (texts.length + 1)
    if (text !== '' && (full || due)) {
      texts.push(text)
      text = ''
    }
    text = text === '' ? piece : `${text}\n${piece}`
    packed += piece.length + 1
  }
  if (text.trim() !== '') texts.push(text)
  return texts
}

/** Breaks an overlong line after a sentence if possible, else at a blank, else between any two characters. */
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
