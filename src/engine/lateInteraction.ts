import type { Range, TokenVectors } from './embedding.js'

/**
 * The number of the query's tokens that are compared with one token of the passage at once. The passage's token is read
 * once for the group, and no sum waits for another.
 */
const GROUP_SIZE = 8
/**
 * Two tokens share a number, one of them scaled by this factor, so one product serves both. Sums of 2,000 products need
 * 25 bits each; a number has 53.
 */
const PACK_FACTOR = 2 ** 26

/** A query's tokens, laid out for comparison with those of many passages. */
export interface QueryTokens {
  /** [width, pair], `GROUP_SIZE` tokens each. Zeros fill the last group. */
  groups: readonly Float64Array[]
  scales: Float32Array
}

/** @param range of the query's own tokens, without the fixed tokens of the prompt */
export function queryTokens({ values, scales }: TokenVectors, [from, to]: Range): QueryTokens {
  const width = values.length / scales.length
  const pairs = GROUP_SIZE / 2
  const groups: Float64Array[] = []
  for (let first = from; first < to; first += GROUP_SIZE) {
    const group = new Float64Array(width * pairs)
    for (let token = first; token < Math.min(to, first + GROUP_SIZE); token++) {
      const place = token - first
      const factor = place < pairs ? 1 : PACK_FACTOR
      for (let k = 0; k < width; k++) group[k * pairs + (place % pairs)]! += values[token * width + k]! * factor
    }
    groups.push(group)
  }
  return { groups, scales: scales.slice(from, to) }
}

/**
 * The mean, over the query's tokens, of the best cosine among the passage's tokens (late interaction, as in ColBERT,
 * arXiv:2004.12832).
 * @returns NaN for a query without tokens
 */
export function lateInteraction({ groups, scales }: QueryTokens, passage: TokenVectors): number {
  const width = passage.values.length / passage.scales.length
  const best = new Float64Array(groups.length * GROUP_SIZE).fill(-Infinity)
  const products = new Float64Array(GROUP_SIZE)
  for (let token = 0; token < passage.scales.length; token++) {
    const scale = passage.scales[token]!
    groups.forEach((group, g) => {
      multiply(products, group, passage.values, token * width, width)
      for (let place = 0; place < GROUP_SIZE; place++) {
        const cosine = products[place]! * scale
        if (cosine > best[g * GROUP_SIZE + place]!) best[g * GROUP_SIZE + place] = cosine
      }
    })
  }
  return scales.reduce((sum, scale, token) => sum + best[token]! * scale, 0) / scales.length
}

/** The exact products of 8-bit vectors: each token of a group with the row that starts at `from`. */
function multiply(
  products: Float64Array,
  group: Float64Array,
  row: TokenVectors['values'],
  from: number,
  width: number,
): void {
  let first = 0
  let second = 0
  let third = 0
  let fourth = 0
  for (let k = 0, at = 0; k < width; k++, at += 4) {
    const factor = row[from + k]!
    first += group[at]! * factor
    second += group[at + 1]! * factor
    third += group[at + 2]! * factor
    fourth += group[at + 3]! * factor
  }
  unpack(products, 0, first)
  unpack(products, 1, second)
  unpack(products, 2, third)
  unpack(products, 3, fourth)
}

function unpack(products: Float64Array, place: number, sum: number): void {
  const upper = Math.round(sum / PACK_FACTOR)
  products[place + GROUP_SIZE / 2] = upper
  products[place] = sum - upper * PACK_FACTOR
}
