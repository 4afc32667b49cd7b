/**
 * The scan of all sections' embeddings, a module of its own in the search worker (`src/search/embeddingScan.ts`): the
 * products of a query with the codes of 16 sections at a time.
 *
 * A table holds, for each four signs of a code, what they add to a product, as 16 low bytes and 16 high bytes: 3 kB for
 * 384 signs. A swizzle looks 16 sections up at once. Sums wrap on the way; the caller scales the query so that whole
 * products fit 16 bits.
 *
 * Bound: four swizzles for each byte of 16 codes.
 */

/** Bytes of the table for four signs. */
const ENTRY: usize = 32

/**
 * @param codes to `end`, in blocks of 16 sections: their first bytes, their second bytes, …
 * @param bytes of one code
 * @param products 16 bits a section
 */
export function scan(codes: usize, end: usize, bytes: usize, products: usize): void {
  while (codes < end) {
    let first = i16x8.splat(0)
    let second = i16x8.splat(0)
    let entry: usize = 0
    const next = codes + (bytes << 4)
    while (codes < next) {
      const signs = v128.load(codes)
      const lower = v128.and(signs, i8x16.splat(15))
      const upper = i8x16.shr_u(signs, 4)
      const lowerLow = i8x16.swizzle(v128.load(entry), lower)
      const lowerHigh = i8x16.swizzle(v128.load(entry, 16), lower)
      const upperLow = i8x16.swizzle(v128.load(entry, ENTRY), upper)
      const upperHigh = i8x16.swizzle(v128.load(entry, ENTRY + 16), upper)
      first = i16x8.add(
        first,
        v128.shuffle<i8>(lowerLow, lowerHigh, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      )
      first = i16x8.add(
        first,
        v128.shuffle<i8>(upperLow, upperHigh, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      )
      second = i16x8.add(
        second,
        v128.shuffle<i8>(lowerLow, lowerHigh, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      )
      second = i16x8.add(
        second,
        v128.shuffle<i8>(upperLow, upperHigh, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      )
      entry += 2 * ENTRY
      codes += 16
    }
    v128.store(products, first)
    v128.store(products, second, 16)
    products += 32
  }
}
