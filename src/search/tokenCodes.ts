import { indexError } from '../api/indexErrors.js'
import { codeBytes } from './codes.js'

/** The codes of all sections' tokens, several a section: the directions that its tokens have, as signs. */
export interface TokenCodes {
  /** Of the corpus's tokens, which codes and queries leave out. */
  mean: Float32Array
  /** [section + 1]: where a section's codes begin in `packed`, behind their number. */
  starts: Uint32Array
  packed: Uint8Array
}

/** Most codes of one section: their number is one byte of the file. */
export const MOST_CODES = 255

/**
 * The file of an index: the mean as little-endian floats, then for each section the number of its codes as one byte
 * and the codes in the layout of `toCodes`. A section that changes thus changes no bytes elsewhere.
 * @param sections codes of each, at most `MOST_CODES`
 */
export function packTokenCodes(mean: Float32Array, sections: readonly Uint8Array[]): Uint8Array {
  const bytes = codeBytes(mean.length)
  let at = 4 * mean.length
  const packed = new Uint8Array(sections.reduce((sum, { length }) => sum + 1 + length, at))
  const view = new DataView(packed.buffer)
  mean.forEach((value, k) => {
    view.setFloat32(4 * k, value, true)
  })
  for (const codes of sections) {
    packed[at++] = codes.length / bytes
    packed.set(codes, at)
    at += codes.length
  }
  return packed
}

/** @throws RerankError `bad-index` for a file that does not fit */
export function unpackTokenCodes(packed: Uint8Array, sections: number, width: number): TokenCodes {
  const starts = new Uint32Array(sections + 1)
  let at = 4 * width
  for (let section = 0; section < sections; section++) {
    starts[section] = at + 1
    at += 1 + (packed[at]! * width) / 8
  }
  starts[sections] = at + 1
  if (at !== packed.length) throw indexError('bad-index', 'The token codes of the index do not fit its sections.')
  const view = new DataView(packed.buffer, packed.byteOffset)
  return { mean: Float32Array.from({ length: width }, (_, k) => view.getFloat32(4 * k, true)), starts, packed }
}

/** One section's codes. */
export function codesOfSection({ starts, packed }: TokenCodes, section: number): Uint8Array {
  return packed.subarray(starts[section]!, starts[section + 1]! - 1)
}
