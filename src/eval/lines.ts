import { createReadStream } from 'node:fs'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { RerankError } from '../api/errors.js'
import { toolError } from '../api/toolErrors.js'

const NEWLINE = 0x0a
const RETURN = 0x0d
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** One line as text. @throws TypeError for invalid UTF-8, which must not silently become other words */
export function decodeLine(line: Uint8Array): string {
  const end = line.at(-1) === RETURN ? line.length - 1 : line.length
  return utf8.decode(line.subarray(0, end))
}

/**
 * Splits a stream of bytes into lines, without their newline, and reads only as far as it is consumed. Lines stay
 * bytes, so that invalid UTF-8 affects one line (see decodeLine), not the stream.
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let pieces: Uint8Array[] = []
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const line = chunk.subarray(start, end)
      yield pieces.length === 0 ? line : Buffer.concat([...pieces, line])
      pieces = []
      start = end + 1
    }
    if (start < chunk.length) pieces.push(chunk.slice(start))
  }
  if (pieces.length > 0) yield Buffer.concat(pieces)
}

/**
 * Reads a file line by line; skips blank lines.
 * @param parse its errors are reported with file and line
 * @throws RerankError bad-data with file and line; `index` is the line's number, from 1
 */
export async function* parseLines<T>(
  path: string,
  parse: (line: string, number: number) => T,
): AsyncGenerator<Parsed<T>, void, undefined> {
  let number = 0
  let offset = 0
  for await (const bytes of readLines(path)) {
    number++
    try {
      const line = decodeLine(bytes)
      if (line.trim() !== '') yield { value: parse(line, number), line, number, offset, length: bytes.length }
    } catch (cause) {
      // Thrown into the generator by its consumer, not by `parse`.
      if (cause instanceof RerankError) throw cause
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw toolError('bad-data', `${path}:${number}: ${reason}`, { cause, index: number })
    }
    offset += bytes.length + 1
  }
}

export interface Parsed<T> {
  value: T
  line: string
  /** From 1. */
  number: number
  /** Start in the decompressed file, and length, in bytes. */
  offset: number
  length: number
}

/** The file's name without the extension of its compression. */
export function plainName(path: string): string {
  return path.replace(/\.(gz|xz)$/, '')
}

/**
 * The lines of a file: `.xz`, `.gz` or plain, by its name.
 * @throws RerankError bad-data for a file that cannot be read, is damaged or ends too early
 */
export async function* readLines(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* splitLines(await openBytes(path))
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') throw toolError('bad-data', `there is no file ${path}`, { cause })
    if (code === 'EISDIR') throw toolError('bad-data', `${path} is a folder, not a file`, { cause })
    throw toolError('bad-data', `${path} cannot be read: it is damaged or ends too early`, { cause })
  }
}

async function openBytes(path: string): Promise<AsyncIterable<Uint8Array>> {
  const file = createReadStream(path)
  if (path.endsWith('.gz')) return pipeline(file, createGunzip(), () => {})
  if (!path.endsWith('.xz')) return file
  const { XzReadableStream } = await import('xz-decompress')
  return new XzReadableStream(
    Readable.toWeb(file) as ReadableStream<Uint8Array>,
  ) as unknown as AsyncIterable<Uint8Array>
}
