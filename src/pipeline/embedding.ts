/** What the encoder makes of a text alone. */
export interface Embedding {
  /** The mean of the tokens' vectors, scaled to unit length. */
  vector: Float32Array
  /** For late interaction, if asked for. */
  tokens?: TokenVectors
}

/** Directions of the tokens' vectors in 8 bits: token t's is `values[t * width …] * scales[t]`, of unit length. */
export interface TokenVectors {
  values: Int8Array
  scales: Float32Array
}

/** The mean of `count` rows from `start` on, scaled to unit length. */
export function meanPooled(rows: Float32Array, start: number, count: number, width: number): Float32Array {
  const mean = new Float32Array(width)
  for (let at = start * width; at < (start + count) * width; at += width) {
    for (let k = 0; k < width; k++) mean[k]! += rows[at + k]!
  }
  let squares = 0
  for (let k = 0; k < width; k++) squares += mean[k]! * mean[k]!
  const norm = Math.sqrt(squares) || 1
  for (let k = 0; k < width; k++) mean[k]! /= norm
  return mean
}

/** The directions of `count` rows from `start` on. */
export function tokenVectors(rows: Float32Array, start: number, count: number, width: number): TokenVectors {
  const values = new Int8Array(count * width)
  const scales = new Float32Array(count)
  for (let token = 0; token < count; token++) {
    const from = (start + token) * width
    let squares = 0
    let largest = 0
    for (let k = from; k < from + width; k++) {
      const size = Math.abs(rows[k]!)
      squares += size * size
      if (size > largest) largest = size
    }
    if (largest === 0) continue
    scales[token] = largest / 127 / Math.sqrt(squares)
    const factor = 127 / largest
    const to = token * width
    // Rounds as Math.round does, which takes four times as long: | cuts fractions off, and nothing here is negative.
    for (let k = 0; k < width; k++) values[to + k] = ((rows[from + k]! * factor + 128.5) | 0) - 128
  }
  return { values, scales }
}

/**
 * The mean over the query's tokens of the best cosine among the passage's tokens (late interaction, as in ColBERT, arXiv 2004.12832).
 * @param from, to the query's own tokens, without those that every text has
 * @returns NaN for a query without tokens of its own
 */
export function lateInteraction(query: TokenVectors, [from, to]: Range, passage: TokenVectors): number {
  const width = query.values.length / query.scales.length
  const best = new Float64Array(to - from).fill(-Infinity)
  const products = new Int32Array(TOGETHER)
  for (let other = 0; other < passage.scales.length; other++) {
    const scale = passage.scales[other]!
    for (let token = from; token < to; token += TOGETHER) {
      const count = Math.min(TOGETHER, to - token)
      const dots = count === TOGETHER ? fourDots : oneByOne
      dots(products, query.values, token * width, passage.values, other * width, width, count)
      for (let k = 0; k < count; k++) {
        const cosine = products[k]! * scale
        if (cosine > best[token + k - from]!) best[token + k - from] = cosine
      }
    }
  }
  return best.reduce((sum, cosine, k) => sum + cosine * query.scales[from + k]!, 0) / (to - from)
}

/** First and one past the last. */
export type Range = readonly [from: number, to: number]

/** So many of the query's tokens are compared with a token of the passage at once: it is read once for all, and no sum waits for the one before it. */
const TOGETHER = 4

/** Exact sums of products of 8-bit numbers: of the rows from `at` on with the one from `from` on. */
type Dots = (
  sums: Int32Array,
  rows: Int8Array,
  at: number,
  row: Int8Array,
  from: number,
  width: number,
  count: number,
) => void

const fourDots: Dots = (sums, rows, at, row, from, width) => {
  let first = 0
  let second = 0
  let third = 0
  let fourth = 0
  for (let k = 0; k < width; k++) {
    const factor = row[from + k]!
    first = (first + rows[at + k]! * factor) | 0
    second = (second + rows[at + width + k]! * factor) | 0
    third = (third + rows[at + 2 * width + k]! * factor) | 0
    fourth = (fourth + rows[at + 3 * width + k]! * factor) | 0
  }
  sums[0] = first
  sums[1] = second
  sums[2] = third
  sums[3] = fourth
}

const oneByOne: Dots = (sums, rows, at, row, from, width, count) => {
  for (let i = 0; i < count; i++) {
    let sum = 0
    for (let k = 0; k < width; k++) sum = (sum + rows[at + i * width + k]! * row[from + k]!) | 0
    sums[i] = sum
  }
}

/** The cosine between two vectors; NaN where one is zero. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let product = 0
  let squaresOfA = 0
  let squaresOfB = 0
  for (let k = 0; k < a.length; k++) {
    product += a[k]! * b[k]!
    squaresOfA += a[k]! ** 2
    squaresOfB += b[k]! ** 2
  }
  return product / Math.sqrt(squaresOfA * squaresOfB)
}
