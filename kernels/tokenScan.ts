/**
 * Late interaction's inner loop (`src/search/lateInteraction.ts`): the products of eight query tokens with the codes of
 * one section.
 *
 * A table holds, for each four signs of a code, what they add to the products: 24 kB for 384 signs, which the first
 * cache holds. Sums wrap on the way; the caller scales the tokens so that whole products fit 16 bits.
 *
 * Bound: two vectors of the table for each byte of a code; their addresses take longer than the sums.
 */

/** Address of the highest products: eight lanes, one a token. */
const BEST: usize = 0
/** Address of the table: for each byte 16 vectors by its lower four signs, then 16 by its higher ones. */
const TABLE: usize = 16

/**
 * Raises the highest products to those of the codes.
 * @param codes to `end`, each of `bytes`
 */
export function tokens(codes: usize, end: usize, bytes: usize): void {
  let best = v128.load(BEST)
  while (codes < end) {
    let sum = i16x8.splat(0)
    let entry: usize = 0
    const next = codes + bytes
    while (codes < next) {
      const signs = <usize>load<u8>(codes)
      sum = i16x8.add(sum, v128.load(entry + ((signs & 15) << 4), TABLE))
      sum = i16x8.add(sum, v128.load(entry + (signs & 240), TABLE + 256))
      entry += 512
      codes++
    }
    best = i16x8.max_s(best, sum)
  }
  v128.store(BEST, best)
}
