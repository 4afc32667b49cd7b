import { createHash } from 'node:crypto'
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Reranker } from '../../src/node.js'

const FOLDER = '.cache/bench'
const SLICE = 64
const WIDTH = 384

/** Token vectors of texts, in 8 bits on disk: they take hundreds of megabytes, and minutes to make. */
export interface TokenVectors {
  count: number
  /** [token, width], of unit length. */
  of(text: number): Float32Array
  /** The text's embedding. */
  embedding(text: number): Float32Array
}

/** Kept between runs; what was done before an interruption is kept too. */
export async function tokenVectors(name: string, texts: readonly string[], reranker: Reranker): Promise<TokenVectors> {
  mkdirSync(FOLDER, { recursive: true })
  const key = createHash('sha256')
    .update(reranker.info.weights + JSON.stringify(texts))
    .digest('hex')
    .slice(0, 16)
  const [file, lengths, embeddings] = ['i8', 'u16', 'f32'].map(ending =>
    join(FOLDER, `${name}-tokens-${key}.${ending}`),
  ) as [string, string, string]
  const kept = existsSync(lengths) ? readFileSync(lengths) : Buffer.alloc(0)
  const counts = [...new Uint16Array(kept.buffer.slice(kept.byteOffset, kept.byteOffset + kept.length))]
  const data = openSync(file, existsSync(file) ? 'r+' : 'w+')
  const out = openSync(lengths, 'a')
  const starts = [0]
  for (const count of counts) starts.push(starts.at(-1)! + count)
  if (statSync(file).size > starts.at(-1)! * WIDTH) truncateSync(file, starts.at(-1)! * WIDTH)
  for (let from = counts.length; from < texts.length; from += SLICE) {
    const embedded = await reranker.embed(texts.slice(from, from + SLICE), { tokens: true })
    appendFileSync(embeddings, Buffer.concat(embedded.map(rows => Buffer.from(rows.slice(0, WIDTH).buffer))))
    for (const rows of embedded) {
      const bytes = scaled(rows.subarray(WIDTH))
      writeSync(data, bytes, 0, bytes.length, starts.at(-1)! * WIDTH)
      starts.push(starts.at(-1)! + bytes.length / WIDTH)
    }
    writeSync(
      out,
      Uint16Array.from(embedded, ({ length }) => length / WIDTH - 1),
    )
    if (from % (8 * SLICE) === 0) console.log(`${name}: tokens of ${starts.length - 1} of ${texts.length} texts`)
  }
  closeSync(out)
  const vectors = readFileSync(embeddings)
  return {
    count: texts.length,
    of: text => {
      const bytes = new Int8Array((starts[text + 1]! - starts[text]!) * WIDTH)
      readSync(data, bytes, 0, bytes.length, starts[text]! * WIDTH)
      return normalized(bytes)
    },
    embedding: text => {
      const at = text * 4 * WIDTH
      return new Float32Array(Uint8Array.from(vectors.subarray(at, at + 4 * WIDTH)).buffer)
    },
  }
}

/** Each token to its largest number. */
function scaled(tokens: Float32Array): Int8Array {
  const bytes = new Int8Array(tokens.length)
  for (let from = 0; from < tokens.length; from += WIDTH) {
    const most = tokens.subarray(from, from + WIDTH).reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1
    for (let k = from; k < from + WIDTH; k++) bytes[k] = Math.round((tokens[k]! / most) * 127)
  }
  return bytes
}

function normalized(bytes: Int8Array): Float32Array {
  const rows = Float32Array.from(bytes)
  for (let from = 0; from < rows.length; from += WIDTH) {
    let squares = 0
    for (let k = from; k < from + WIDTH; k++) squares += rows[k]! ** 2
    const norm = Math.sqrt(squares) || 1
    for (let k = from; k < from + WIDTH; k++) rows[k]! /= norm
  }
  return rows
}
