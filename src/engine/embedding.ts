/** The encoder's output for a text alone, without a query. */
export interface Embedding {
  /** The mean of the tokens' vectors, scaled to unit length. */
  vector: Float32Array
  /** For late interaction, if asked for. */
  tokens?: TokenVectors | undefined
}

/**
 * The tokens' vectors, scaled to unit length: token t's is `values[t * width …] * scales[t]`. They take 8 bits, or
 * single precision where a model scores by them.
 */
export interface TokenVectors {
  values: Int8Array | Float32Array
  scales: Float32Array
  /** The tokens' places in the prompt, if some of its tokens are left out. */
  places?: number[]
}

/** The mean of `count` rows from `start` on, scaled to unit length. */
export function meanPooled(rows: Float32Array, start: number, count: number, width: number): Float32Array {
  return toUnit(sumOf(rows, start, count, width))
}

/** The sum of `count` rows from `start` on. */
export function sumOf(rows: Float32Array, start: number, count: number, width: number): Float32Array {
  const sum = new Float32Array(width)
  const end = (start + count) * width
  let at = start * width
  // Four rows per pass, so the sum is read and written once for them.
  for (; at + 3 * width < end; at += 4 * width) {
    for (let k = at; k < at + width; k++) {
      sum[k - at]! += rows[k]! + rows[k + width]! + rows[k + 2 * width]! + rows[k + 3 * width]!
    }
  }
  for (; at < end; at += width) {
    for (let k = 0; k < width; k++) sum[k]! += rows[at + k]!
  }
  return sum
}

/** Scales a vector to unit length, in place. */
export function toUnit(vector: Float32Array): Float32Array {
  let squares = 0
  for (let k = 0; k < vector.length; k++) squares += vector[k]! * vector[k]!
  const norm = Math.sqrt(squares) || 1
  for (let k = 0; k < vector.length; k++) vector[k]! /= norm
  return vector
}

/** The token vectors of `count` rows from `start` on. */
export function tokenVectors(rows: Float32Array, start: number, count: number, width: number): TokenVectors {
  const values = new Int8Array(count * width)
  const scales = new Float32Array(count)
  for (let token = 0; token < count; token++) {
    const row = rows.subarray((start + token) * width, (start + token + 1) * width)
    // Two sums, so that neither addition waits for the other.
    let even = 0
    let odd = 0
    let largest = 0
    for (let k = 0; k < width; k += 2) {
      const one = Math.abs(row[k]!)
      const next = Math.abs(row[k + 1] ?? 0)
      even += one * one
      odd += next * next
      if (one > largest) largest = one
      if (next > largest) largest = next
    }
    if (largest === 0) continue
    scales[token] = largest / 127 / Math.sqrt(even + odd)
    const factor = 127 / largest
    const to = token * width
    // Equals Math.round, which takes four times as long: `|` truncates, and nothing here is negative.
    for (let k = 0; k < width; k++) values[to + k] = ((row[k]! * factor + 128.5) | 0) - 128
  }
  return { values, scales }
}

/** From the first to one past the last. */
export type Range = readonly [from: number, to: number]

/** A text's vector, followed by those of some of its tokens: [1 + token, width], each of unit length. */
export function withTokens(vector: Float32Array, { values, scales }: TokenVectors, [from, to]: Range): Float32Array {
  const width = vector.length
  const rows = new Float32Array((1 + to - from) * width)
  rows.set(vector)
  for (let token = from, at = width; token < to; token++) {
    for (let k = token * width; k < (token + 1) * width; k++, at++) rows[at] = values[k]! * scales[token]!
  }
  return rows
}

/** The cosine between two vectors. NaN if one is zero. */
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
