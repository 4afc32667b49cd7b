/** Of what was read when a ranking was last shown. */
const SHARE = 1 / 256

/**
 * Whether so much more is read that a provisional ranking is worth its time, which is in proportion to what is ranked: so all of them together take time
 * in proportion to the list, however long it is.
 */
export function isNews(read: number, shown: number): boolean {
  return read - shown >= Math.max(1, shown * SHARE)
}
