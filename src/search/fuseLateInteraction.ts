import { topK } from './topK.js'

/**
 * How much embeddings and late interaction count beside words. Chosen on questions that no test uses
 * (bench/search/lateWeights.bench.ts).
 */
export const LATE_WEIGHTS = { embedding: 1.5, lateInteraction: 1.5 }

export type LateWeights = typeof LATE_WEIGHTS

/**
 * As `fuseWordsAndEmbeddings`, with late interaction as the third signal: both kinds of cosines are scaled to 0…1 over
 * the sections named.
 * @param late late interaction of each section named
 * @returns the fused score by section, best first
 */
export function fuseLateInteraction(
  scores: Float32Array,
  cosines: Float32Array,
  late: Float32Array,
  named: readonly number[],
  unit: number,
  weights = LATE_WEIGHTS,
): Map<number, number> {
  const embedding = scaled(named.map(place => cosines[place]!))
  const lateInteraction = scaled(late)
  const fused = Float32Array.from(
    named,
    (place, i) =>
      scores[place]! / (unit || 1) +
      weights.embedding * embedding(cosines[place]!) +
      weights.lateInteraction * lateInteraction(late[i]!),
  )
  return new Map(topK(fused, named.length, -1).map(i => [named[i]!, fused[i]!]))
}

function scaled(values: ArrayLike<number>): (value: number) => number {
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]!)
    high = Math.max(high, values[i]!)
  }
  return value => (value - low) / (high - low || 1)
}
