/**
 * The scan of all sections' embeddings (`src/search/embeddingScan.ts`): the products of a query with the codes of 16
 * sections at a time.
 *
 * A table holds, for each four signs of a code, what they add to a product, as 16 low bytes and 16 high bytes: 3 kB for
 * 384 signs. A swizzle looks 16 sections up at once. Sums wrap on the way, high bytes by themselves; the caller scales
 * the query so that whole products fit 16 bits.
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
export function embeddings(codes: usize, end: usize, bytes: usize, products: usize): void {
  while (codes < end) {
    let first = i16x8.splat(0)
    let second = i16x8.splat(0)
    let high = i8x16.splat(0)
    let entry: usize = 0
    const next = codes + (bytes << 4)
    while (codes < next) {
      const signs = v128.load(codes)
      const lower = v128.and(signs, i8x16.splat(15))
      const upper = i8x16.shr_u(signs, 4)
      const lowerLow = i8x16.swizzle(v128.load(entry), lower)
      const upperLow = i8x16.swizzle(v128.load(entry, ENTRY), upper)
      first = i16x8.add(first, i16x8.add(i16x8.extend_low_i8x16_u(lowerLow), i16x8.extend_low_i8x16_u(upperLow)))
      second = i16x8.add(second, i16x8.add(i16x8.extend_high_i8x16_u(lowerLow), i16x8.extend_high_i8x16_u(upperLow)))
      high = i8x16.add(high, i8x16.swizzle(v128.load(entry, 16), lower))
      high = i8x16.add(high, i8x16.swizzle(v128.load(entry, ENTRY + 16), upper))
      entry += 2 * ENTRY
      codes += 16
    }
    v128.store(products, i16x8.add(first, i16x8.shl(i16x8.extend_low_i8x16_u(high), 8)))
    v128.store(products, i16x8.add(second, i16x8.shl(i16x8.extend_high_i8x16_u(high), 8)), 16)
    products += 32
  }
}
