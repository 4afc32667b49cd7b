import { codeBytes } from '../search/codes.js'
import { MOST_CODES } from '../search/tokenCodes.js'
import { WardLinkage } from '../util/wardLinkage.js'
import { InnerProducts } from './innerProducts.js'

/** Tokens of a text that share a code, on average: fewer codes lose more than half a point (bench/RESULTS.md). */
const TOKENS_A_CODE = 4

/**
 * A text's token codes: its tokens without the corpus's mean, clustered by direction, and the signs of each cluster's
 * mean.
 */
export class ClusteredTokens {
  readonly #width: number
  readonly #vectors: Float32Array
  readonly #linkage: WardLinkage

  /** @param tokens [token, width] */
  constructor(tokens: Float32Array, mean: Float32Array) {
    this.#width = mean.length
    this.#vectors = centred(tokens, mean)
    const products = InnerProducts.forWidth(this.#width)
    this.#linkage = new WardLinkage(this.#vectors, tokens.length / this.#width, vectors => products.of(vectors))
  }

  /**
   * @param mostBytes of all codes; longer texts are clustered harder
   * @returns [code, width / 8], in the layout of `toCodes`
   */
  codes(mostBytes: number): Uint8Array {
    const count = this.#vectors.length / this.#width
    const most = Math.min(MOST_CODES, Math.floor(mostBytes / codeBytes(this.#width)))
    const wanted = Math.max(1, Math.min(most, Math.floor(count / TOKENS_A_CODE)))
    return signsOfClusters(this.#vectors, this.#linkage.clusters(wanted), this.#width)
  }
}

/**
 * The signs of the clusters' means.
 * @param clusters for each vector the number of its cluster
 */
export function signsOfClusters(vectors: Float32Array, clusters: Uint16Array, width: number): Uint8Array {
  const sums = new Float32Array((clusters.reduce((most, cluster) => Math.max(most, cluster), -1) + 1) * width)
  clusters.forEach((cluster, token) => {
    for (let k = 0; k < width; k++) sums[cluster * width + k]! += vectors[token * width + k]!
  })
  const codes = new Uint8Array(sums.length / 8)
  for (let i = 0; i < sums.length; i++) if (sums[i]! > 0) codes[i >> 3]! |= 1 << (i & 7)
  return codes
}

/** The mean of the tokens of all texts. */
export function meanToken(texts: readonly Float32Array[], width: number): Float32Array {
  const sum = new Float64Array(width)
  let tokens = 0
  for (const text of texts) {
    for (let at = 0; at < text.length; at += width, tokens++) {
      for (let k = 0; k < width; k++) sum[k]! += text[at + k]!
    }
  }
  return Float32Array.from(sum, value => value / (tokens || 1))
}

/** Tokens without the corpus's mean, of unit length. @param tokens [token, width] */
export function centred(tokens: Float32Array, mean: Float32Array): Float32Array {
  const width = mean.length
  const rows = new Float32Array(tokens.length)
  for (let from = 0; from < tokens.length; from += width) {
    let squares = 0
    for (let k = 0; k < width; k++) {
      const value = tokens[from + k]! - mean[k]!
      rows[from + k] = value
      squares += value * value
    }
    const norm = Math.sqrt(squares) || 1
    for (let k = from; k < from + width; k++) rows[k]! /= norm
  }
  return rows
}
