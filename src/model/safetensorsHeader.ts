import { modelError } from '../api/modelErrors.js'
import { describeValue } from '../util/describeValue.js'

/** One tensor of a safetensors file. `begin` and `end` count bytes from the start of the file. */
export interface HeaderEntry {
  dtype: string
  shape: number[]
  begin: number
  end: number
}

/** The file's first 8 bytes hold the length of the header that follows. */
export const LENGTH_BYTES = 8

// The limit of the reference implementation: a longer header is an attack or an accident.
const LONGEST_HEADER = 100_000_000
const LONGEST_NAME = 512

const ITEM_BYTES: Record<string, number> = {
  F64: 8,
  I64: 8,
  U64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
}

/**
 * The length of the JSON header of a file of `fileBytes` bytes that starts with `first`.
 * @throws RerankError truncated-file, bad-header
 */
export function headerLength(first: Uint8Array, fileBytes: number): number {
  if (first.length < LENGTH_BYTES) throw modelError('truncated-file', `A file of ${fileBytes} bytes has no header`)
  const length = new DataView(first.buffer, first.byteOffset, LENGTH_BYTES).getBigUint64(0, true)
  if (length > BigInt(LONGEST_HEADER)) throw modelError('bad-header', `The header claims ${length} bytes`)
  if (Number(length) + LENGTH_BYTES > fileBytes) {
    throw modelError('bad-header', `The header claims ${length} bytes, the file has ${fileBytes}`)
  }
  return Number(length)
}

/**
 * Parses the tensors of a header and checks them against the file's size, so each can be read without further checks.
 * @param header the JSON without the 8 bytes of its length
 * @throws RerankError bad-header, bad-offsets, truncated-file
 */
export function parseHeader(header: Uint8Array, fileBytes: number): Map<string, HeaderEntry> {
  const start = LENGTH_BYTES + header.length
  const tensors = new Map<string, HeaderEntry>()
  for (const [name, value] of entriesOf(header)) {
    if (name === '__metadata__') continue
    if (name.length > LONGEST_NAME) throw modelError('bad-header', `A name has ${name.length} characters`)
    const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>
    if (typeof dtype !== 'string' || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
      throw modelError('bad-header', `The entry of ${describeValue(name)} is not a tensor`)
    }
    tensors.set(name, { dtype, shape, begin: start + offsets[0]!, end: start + offsets[1]! })
  }
  checkOffsets(tensors, fileBytes)
  for (const [name, { dtype, shape, begin, end }] of tensors) {
    const itemBytes = ITEM_BYTES[dtype]
    const bytes = shape.reduce((product, size) => product * size, itemBytes ?? 0)
    if (itemBytes !== undefined && bytes !== end - begin) {
      throw modelError('bad-header', `${name} [${shape}] of ${dtype} does not fit its ${end - begin} bytes`)
    }
  }
  return tensors
}

function entriesOf(header: Uint8Array): [string, unknown][] {
  let text: string
  let parsed: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(header)
    parsed = JSON.parse(text)
  } catch (cause) {
    throw modelError('bad-header', 'The header is not JSON', { cause })
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw modelError('bad-header', 'The header is not a JSON object')
  }
  const entries = Object.entries(parsed)
  // JSON.parse keeps the last of two equal names, another reader the first: such a file is ambiguous.
  if (countNames(text) !== entries.length) throw modelError('bad-header', 'The header lists a name twice')
  return entries
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Counts the names of the outermost object of a valid JSON text, repeated ones included. */
function countNames(text: string): number {
  let depth = 0
  let names = 0
  // A regular expression for strings overflows the stack at long ones.
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        for (at++; text.charCodeAt(at) !== QUOTE; at++) if (text.charCodeAt(at) === BACKSLASH) at++
        break
      case 0x7b: // {
      case 0x5b: // [
        depth++
        break
      case 0x7d: // }
      case 0x5d: // ]
        depth--
        break
      case 0x3a: // :
        if (depth === 1) names++
    }
  }
  return names
}

function checkOffsets(tensors: Map<string, HeaderEntry>, fileBytes: number): void {
  const ordered = [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)
  let end = 0
  for (const [name, entry] of ordered) {
    if (entry.end < entry.begin) throw modelError('bad-offsets', `${name} ends before it begins`)
    if (entry.begin < end) throw modelError('bad-offsets', `${name} overlaps the tensor before it`)
    end = entry.end
  }
  const last = ordered.at(-1)
  if (!last || end <= fileBytes) return
  // A tensor that ends outside the file usually means that the file was cut short.
  const code = last[1].begin <= fileBytes ? 'truncated-file' : 'bad-offsets'
  throw modelError(code, `${last[0]} ends at byte ${end}, the file at ${fileBytes}`)
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(item => Number.isSafeInteger(item) && item >= 0)
}
