import { MOST_SUM, newScans, type Scans, signTable } from './scans.js'
import type { TokenCodes } from './tokenCodes.js'

/**
 * Late interaction over token codes: the mean, over the query's tokens, of the best cosine among a section's codes
 * read as vectors of ±1 (ColBERT's MaxSim, arXiv 2004.12832, with the passage's side in signs).
 */

/** Of a longer query the first ones count: the time grows with their number. */
const MOST_TOKENS = 32

/** Tokens of one scan, each a lane of 16 bits. */
const LANES = 8

/** Token codes in the memory of the scan: its best sums, its table, then the codes. */
export interface ScannedCodes {
  mean: Float32Array
  /** [section + 1]: where a section's codes begin in the memory, behind their number. */
  starts: Uint32Array
  scans: Scans
}

export function scannedCodes({ mean, starts, packed }: TokenCodes): ScannedCodes {
  const begin = 2 * LANES * (1 + 4 * mean.length)
  const scans = newScans(begin + packed.length)
  new Uint8Array(scans.memory.buffer).set(packed, begin)
  return { mean, starts: starts.map(start => begin + start), scans }
}

/**
 * @param query [token, width]: the vectors of its tokens
 * @returns one score a section of `sections`, from -1 to 1; 0 for a query without tokens
 */
export function lateInteraction(
  query: Float32Array,
  { mean, starts, scans }: ScannedCodes,
  sections: readonly number[],
): Float32Array {
  const width = mean.length
  const count = Math.min(query.length / width, MOST_TOKENS)
  const scores = new Float32Array(sections.length)
  const best = new Int16Array(scans.memory.buffer, 0, LANES)
  const table = new Int16Array(scans.memory.buffer, 2 * LANES, 4 * width * LANES)
  for (let token = 0; token < count; ) {
    const scales: number[] = []
    for (let lane = 0; lane < LANES && token < count; lane++) {
      const row = query.subarray(token * width, ++token * width).map((value, k) => value - mean[k]!)
      const { sums, scale } = signTable(row)
      sums.forEach((sum, at) => {
        table[at * LANES + lane] = sum
      })
      scales.push(scale / count)
    }
    sections.forEach((section, i) => {
      best.fill(-MOST_SUM)
      scans.tokens(starts[section]!, starts[section + 1]! - 1, width / 8)
      scales.forEach((scale, lane) => {
        scores[i]! += best[lane]! * scale
      })
    })
  }
  return scores
}
