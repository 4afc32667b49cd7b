import { RerankError } from '../api/errors.js'

/*
 * Codes of embeddings (binary quantization): the signs of a vector's numbers, one bit each. The 384 numbers of a
 * section's embedding take 48 bytes. Bit `i % 8` of byte `i >> 3` is set if number `i` is above 0. On held-out
 * questions over 4,000 sections each (docs, openstax; bench/RESULTS.md), nDCG@10 is .610 and .719 by vectors, .576 and
 * .692 by `scoreCodes`, and .537 and .664 by Hamming distance. To restore the nDCG of vectors, order the best 100 of
 * `scoreCodes` again by their vectors.
 */

/**
 * Returns the bytes of one code: one bit for each number of a vector.
 * @param width the length of a vector
 * @throws RerankError `bad-vector` if the width is not a positive multiple of 8
 */
export function codeBytes(width: number): number {
  if (!(width > 0) || width % 8 !== 0)
    throw new RerankError('bad-vector', `Codes need a width that is a multiple of 8, not ${width}.`)
  return width / 8
}

/**
 * Makes codes of vectors (binary quantization): the signs of their numbers. The codes follow each other in one array.
 * Code `n` is `codes.subarray(n * bytes, (n + 1) * bytes)`, with `bytes = codeBytes(width)`.
 * @param vectors all of one width, as from `reranker.embed`
 * @throws RerankError `bad-vector` if the width is not a multiple of 8; with `index` for a vector of another width
 * @example const codes = toCodes(await reranker.embed(sections))  // 48 bytes a section
 */
export function toCodes(vectors: readonly Float32Array[]): Uint8Array {
  const width = vectors[0]?.length ?? 8
  const bytes = codeBytes(width)
  const codes = new Uint8Array(vectors.length * bytes)
  vectors.forEach((vector, n) => {
    if (vector.length !== width)
      throw new RerankError('bad-vector', `Vector ${n} has ${vector.length} numbers, the first has ${width}.`, {
        index: n,
      })
    for (let i = 0; i < width; i++) {
      if (vector[i]! > 0) codes[n * bytes + (i >> 3)]! |= 1 << (i & 7)
    }
  })
  return codes
}

/**
 * Scores codes against a query's own vector. A score is the cosine between that vector and the code, read as a vector
 * of ±1; higher is better. It is more precise than Hamming distance and costs the same: one look-up for each byte.
 * @param query a vector of any norm above 0. Its width sets the bytes of a code
 * @param codes from `toCodes`
 * @returns one score for each code, −1 to 1
 * @throws RerankError `bad-vector` if the query's width is not a multiple of 8, or the codes have another one
 * @example
 * const [query] = await reranker.embed(['what eats sugar?'])
 * const scores = scoreCodes(query, codes)
 */
export function scoreCodes(query: Float32Array, codes: Uint8Array): Float32Array {
  const bytes = bytesPer(query.length, codes)
  const norm = Math.sqrt(query.length) * (Math.hypot(...query) || 1)
  const sums = signSums(query, 8)
  const scores = new Float32Array(codes.length / bytes)
  for (let n = 0, at = 0; n < scores.length; n++) {
    let sum = 0
    for (let byte = 0; byte < bytes; byte++) sum += sums[(byte << 8) | codes[at++]!]!
    scores[n] = sum / norm
  }
  return scores
}

/**
 * Computes the Hamming distance of one code to each code: the number of bits that differ. Lower is nearer.
 * `1 - 2 * distance / width` estimates the cosine.
 * @param code one code, from `toCodes([vector])`
 * @param codes from `toCodes`
 * @throws RerankError `bad-vector` if the codes have another width
 */
export function hammingDistances(code: Uint8Array, codes: Uint8Array): Uint16Array {
  const bytes = bytesPer(code.length * 8, codes)
  const distances = new Uint16Array(codes.length / bytes)
  for (let n = 0, at = 0; n < distances.length; n++) {
    let distance = 0
    for (let byte = 0; byte < bytes; byte++) distance += BIT_COUNTS[code[byte]! ^ codes[at++]!]!
    distances[n] = distance
  }
  return distances
}

function bytesPer(width: number, codes: Uint8Array): number {
  const bytes = codeBytes(width)
  if (codes.length % bytes !== 0)
    throw new RerankError('bad-vector', `${codes.length} bytes are no whole number of codes of ${bytes}.`)
  return bytes
}

/** [place][value of `bits` bits]: what the numbers at that place add to a product where the bits are their signs. */
export function signSums(vector: Float32Array, bits: number): Float32Array {
  const sums = new Float32Array((vector.length / bits) << bits)
  for (let at = 0; at < sums.length; at++) {
    for (let bit = 0; bit < bits; bit++) {
      const x = vector[(at >> bits) * bits + bit]!
      sums[at]! += (at >> bit) & 1 ? x : -x
    }
  }
  return sums
}

/** Number of set bits in a byte. */
const BIT_COUNTS = /* @__PURE__ */ Uint8Array.from({ length: 256 }, (_, byte) => {
  let ones = 0
  for (let rest = byte; rest > 0; rest >>= 1) ones += rest & 1
  return ones
})
