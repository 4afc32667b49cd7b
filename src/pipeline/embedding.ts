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
  const norm = Math.hypot(...mean) || 1
  return mean.map(value => value / norm)
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
      squares += rows[k]! ** 2
      largest = Math.max(largest, Math.abs(rows[k]!))
    }
    if (largest === 0) continue
    scales[token] = largest / 127 / Math.sqrt(squares)
    for (let k = 0; k < width; k++) values[token * width + k] = Math.round((rows[from + k]! * 127) / largest)
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
  let sum = 0
  for (let token = from; token < to; token++) {
    let best = -Infinity
    for (let other = 0; other < passage.scales.length; other++) {
      const cosine = dot(query.values, token * width, passage.values, other * width, width) * passage.scales[other]!
      if (cosine > best) best = cosine
    }
    sum += best * query.scales[token]!
  }
  return sum / (to - from)
}

/** First and one past the last. */
export type Range = readonly [from: number, to: number]

/** Exact: sums of products of 8-bit numbers. Four sums, since each waits for the one before it. */
function dot(a: Int8Array, aFrom: number, b: Int8Array, bFrom: number, width: number): number {
  let first = 0
  let second = 0
  let third = 0
  let fourth = 0
  let k = 0
  for (; k + 3 < width; k += 4) {
    first = (first + a[aFrom + k]! * b[bFrom + k]!) | 0
    second = (second + a[aFrom + k + 1]! * b[bFrom + k + 1]!) | 0
    third = (third + a[aFrom + k + 2]! * b[bFrom + k + 2]!) | 0
    fourth = (fourth + a[aFrom + k + 3]! * b[bFrom + k + 3]!) | 0
  }
  for (; k < width; k++) first = (first + a[aFrom + k]! * b[bFrom + k]!) | 0
  return first + second + third + fourth
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
