import type { Warn } from './page.js'

/**
 * Decodes a file. Its encoding is UTF-8, UTF-16 with a byte order mark, or the one that an HTML page declares. Other
 * files are read as Windows-1252, with a warning.
 * @returns undefined for a binary file
 */
export function decodeFile(bytes: Uint8Array, warn: Warn): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  const zero = bytes.indexOf(0)
  if (zero >= 0) {
    warn('left out: a binary file, or text in an encoding that cannot be told', lineAt(bytes, zero))
    return undefined
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return decodeOther(bytes, warn)
  }
}

function decodeOther(bytes: Uint8Array, warn: Warn): string {
  const stated = /<meta[^>]+charset=["']?([\w-]+)/i.exec(new TextDecoder('latin1').decode(bytes.subarray(0, 2048)))?.[1]
  if (stated !== undefined && !/^utf-?8$/i.test(stated)) {
    try {
      return new TextDecoder(stated, { fatal: true }).decode(bytes)
    } catch {
      warn(`the encoding ${stated} that it states is unknown or wrong`, 1)
    }
  }
  warn('not UTF-8: read as Windows-1252', lineAt(bytes, firstBadByte(bytes)))
  return new TextDecoder('windows-1252').decode(bytes)
}

function lineAt(bytes: Uint8Array, place: number): number {
  let line = 1
  for (let at = 0; at < place; at++) if (bytes[at] === 10) line++
  return line
}

function firstBadByte(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let start = 0
  for (let end = bytes.indexOf(10, start); end >= 0; start = end + 1, end = bytes.indexOf(10, start)) {
    try {
      decoder.decode(bytes.subarray(start, end))
    } catch {
      return start
    }
  }
  return start
}
