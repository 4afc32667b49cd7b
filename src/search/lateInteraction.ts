import type { TokenCodes } from './tokenCodes.js'

/**
 * Late interaction over token codes: the mean, over the query's tokens, of the best cosine among a section's codes
 * read as vectors of ±1 (ColBERT's MaxSim, arXiv 2004.12832, with the passage's side in signs). A code byte is one
 * look-up, which serves two tokens of the query: their sums share a number, 16 bits each.
 */

/** What sums of one lane may reach. */
const LANE = 0xffff

/** Of a longer query the first ones count: the time grows with their number. */
const MOST_TOKENS = 32

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

/**
 * @param query [token, width]: the vectors of its tokens
 * @returns one score a section of `sections`, from -1 to 1; NaN for a query without tokens
 */
export function lateInteraction(
  query: Float32Array,
  { mean, starts, codes }: TokenCodes,
  sections: readonly number[],
): Float32Array {
  const width = mean.length
  const bytes = width / 8
  const count = Math.min(query.length / width, MOST_TOKENS)
  const rows = centred(query.subarray(0, count * width), mean)
  const scores = new Float32Array(sections.length)
  const table = new Int32Array(bytes * 256)
  for (let token = 0; token < count; token += 2) {
    const first = addLane(table, rows.subarray(token * width, (token + 1) * width), 1)
    // The second lane of an odd last token is of nothing.
    const second =
      token + 1 < count ? addLane(table, rows.subarray((token + 1) * width, (token + 2) * width), 2 ** 16) : undefined
    for (let i = 0; i < sections.length; i++) {
      let bestLow = 0
      let bestHigh = 0
      const end = starts[sections[i]! + 1]! * bytes
      for (let at = starts[sections[i]!]! * bytes; at < end; ) {
        let sum = 0
        for (let place = 0; place < table.length; place += 256) sum += table[place | codes[at++]!]!
        const low = sum & LANE
        const high = sum >>> 16
        if (low > bestLow) bestLow = low
        if (high > bestHigh) bestHigh = high
      }
      scores[i]! += bestLow * first.scale + first.least
      if (second) scores[i]! += bestHigh * second.scale + second.least
    }
  }
  return scores.map(score => score / count)
}

/**
 * Writes one lane of the table, [byte of the code][its value]: what these eight signs add to the product, counted from
 * its least value, so that no sum is negative. The first lane overwrites what was there.
 * @returns the cosine that a sum stands for: `sum * scale + least`
 */
function addLane(table: Int32Array, row: Float32Array, lane: number): { scale: number; least: number } {
  const most = row.reduce((sum, value) => sum + Math.abs(value), 0) || 1
  // Each of the bytes may round up by a half.
  const factor = (LANE - row.length / 16) / (2 * most)
  const sums = new Float64Array(256)
  for (let byte = 0; byte < row.length / 8; byte++) {
    sums[0] = 0
    for (let bit = 0; bit < 8; bit++) {
      const value = row[byte * 8 + bit]!
      // From the least value on: a sign that fits adds twice the number, one that does not adds nothing.
      const [off, on] = value > 0 ? [0, 2 * value] : [-2 * value, 0]
      for (let known = 1 << bit, i = 0; i < known; i++) {
        sums[known + i] = sums[i]! + on
        sums[i]! += off
      }
    }
    for (let value = 0; value < 256; value++) {
      const entry = Math.round(sums[value]! * factor) * lane
      const at = (byte << 8) | value
      table[at] = lane === 1 ? entry : table[at]! + entry
    }
  }
  const norm = Math.sqrt(row.length)
  return { scale: 1 / factor / norm, least: -most / norm }
}
