/**
 * T5's bidirectional relative position buckets, [S, S] (query, key). Each direction has half of the buckets: one half
 * of these are exact distances, the others grow logarithmically up to `maxDistance` (transformers'
 * T5Attention._relative_position_bucket).
 */
export function relativeBuckets(length: number, buckets: number, maxDistance: number): BigInt64Array {
  const half = buckets / 2
  const exact = half / 2
  const bucketOf = (distance: number) => {
    if (distance < exact) return distance
    // Single precision as in PyTorch: at a bucket's border the last bit decides.
    const ratio = Math.fround(Math.fround(Math.log(distance / exact)) / Math.fround(Math.log(maxDistance / exact)))
    return Math.min(half - 1, exact + Math.floor(Math.fround(ratio * (half - exact))))
  }
  const near = Array.from({ length }, (_, distance) => BigInt(bucketOf(distance)))
  const result = new BigInt64Array(length * length)
  for (let query = 0; query < length; query++) {
    for (let key = 0; key < length; key++) {
      const bucket = near[Math.abs(key - query)]!
      result[query * length + key] = key > query ? bucket + BigInt(half) : bucket
    }
  }
  return result
}
