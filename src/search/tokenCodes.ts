import { indexError } from '../api/indexErrors.js'
import { codeBytes } from './codes.js'

/** The codes of all sections' tokens, several a section: the directions that its tokens have, as signs. */
export interface TokenCodes {
  /** Of the corpus's tokens, which codes and queries leave out. */
  mean: Float32Array
  /** [section + 1]: where a section's codes begin, counted in codes. */
  starts: Uint32Array
  /** [code, width / 8] in the layout of `toCodes`. */
  codes: Uint8Array
}

/** Most codes of one section: their number is one byte of the file. */
export const MOST_CODES = 255

/**
 * The file of an index: the mean as little-endian floats, each section's number of codes as one byte, then all codes.
 * @param sections codes of each, at most `MOST_CODES`
 */
export function packTokenCodes(mean: Float32Array, sections: readonly Uint8Array[]): Uint8Array {
  const bytes = codeBytes(mean.length)
  const head = 4 * mean.length
  const packed = new Uint8Array(sections.reduce((sum, { length }) => sum + length, head + sections.length))
  const view = new DataView(packed.buffer)
  mean.forEach((value, k) => {
    view.setFloat32(4 * k, value, true)
  })
  let at = head + sections.length
  sections.forEach((codes, section) => {
    packed[head + section] = codes.length / bytes
    packed.set(codes, at)
    at += codes.length
  })
  return packed
}

/** @throws RerankError `bad-index` for a file that does not fit */
export function unpackTokenCodes(packed: Uint8Array, sections: number, width: number): TokenCodes {
  const head = 4 * width
  const begin = head + sections
  const starts = new Uint32Array(sections + 1)
  for (let section = 0; section < sections; section++) starts[section + 1] = starts[section]! + packed[head + section]!
  if (packed.length !== begin + (starts[sections]! * width) / 8) {
    throw indexError('bad-index', 'The token codes of the index do not fit its sections.')
  }
  const view = new DataView(packed.buffer, packed.byteOffset)
  return {
    mean: Float32Array.from({ length: width }, (_, k) => view.getFloat32(4 * k, true)),
    starts,
    codes: packed.subarray(begin),
  }
}

/** One section's codes. */
export function codesOfSection({ mean, starts, codes }: TokenCodes, section: number): Uint8Array {
  const bytes = mean.length / 8
  return codes.subarray(starts[section]! * bytes, starts[section + 1]! * bytes)
}
