/** Sizes of parts, in bytes. Most parts have about twice the least. */
export interface PartSizes {
  least: number
  most: number
}

/** A smaller part saves a visitor little after an edit. */
const LEAST_PART = 32_768
/** About the most requests for a large file. An edit costs the same share of any index. */
const MOST_PARTS = 64

/**
 * The sizes of a file's parts. They change only where the file has grown twofold, because all parts are then new to
 * visitors.
 */
export function partSizes(bytes: number): PartSizes {
  const least = 2 ** Math.floor(Math.log2(Math.max(LEAST_PART, bytes / MOST_PARTS)))
  return { least, most: 4 * least }
}

/**
 * Cuts bytes where a hash of the 32 bytes before has some bits at zero (content-defined chunking, as in rsync's kin). A
 * change thus moves no cut elsewhere: parts before and after it stay the same bytes, which caches have.
 */
export function contentParts(bytes: Uint8Array, { least, most }: PartSizes): Uint8Array[] {
  // As many high bits as let a cut be expected `least` bytes beyond the least size.
  const mask = -1 << (32 - Math.floor(Math.log2(least)))
  const parts: Uint8Array[] = []
  let start = 0
  let hash = 0
  for (let at = 0; at < bytes.length; at++) {
    // Each step shifts out what a byte has left 32 steps before.
    hash = ((hash << 1) + GEAR[bytes[at]!]!) | 0
    const size = at + 1 - start
    if (size === most || (size >= least && (hash & mask) === 0)) {
      parts.push(bytes.subarray(start, at + 1))
      start = at + 1
    }
  }
  if (start < bytes.length || parts.length === 0) parts.push(bytes.subarray(start))
  return parts
}

/** A number for each byte, as if at random. They must never change, or all parts do. */
const GEAR = Int32Array.from({ length: 256 }, (_, byte) => {
  let x = byte + 1
  for (let round = 0; round < 3; round++) {
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  }
  return x ^ (x >>> 16)
})
