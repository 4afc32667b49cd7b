import { topK } from './topK.js'

/**
 * The weight of embeddings, where words have 1. Chosen on questions that no test uses
 * (bench/search/searchWeights.bench.ts): of the weights from 0 to 8, 1.5 and 2 have the best mean over four sets.
 */
const EMBEDDING_WEIGHT = 2

/**
 * The same where late interaction counts, too (bench/search/lateWeights.bench.ts). It is made from the embeddings of
 * tokens.
 */
export const LATE_WEIGHTS = { embedding: 1.5, lateInteraction: 1.5 }

export type LateWeights = typeof LATE_WEIGHTS

/**
 * Hybrid search: merges the list by words and the list by embeddings. A fused score is the sum of the words' score
 * divided by the highest one, and of the weighted cosine and late interaction, each scaled to 0…1 over the sections of
 * both lists. Reciprocal rank fusion would lose how much better one section is than the next. (`engine/fusion.ts` fuses
 * a reranker's signals.)
 *
 * @param scores of words, one per section of the index; 0 without a match
 * @param cosines of embeddings, one per section
 * @param named the sections in either list
 * @param unit the words' score that counts 1: the highest by single words. What a closer look added thus counts on top.
 * @param weight of the embeddings beside the words
 * @param late the late interaction of each section named, and its weight
 * @returns the fused score by section, best first
 */
export function fuseWordsAndEmbeddings(
  scores: Float32Array,
  cosines: Float32Array,
  named: readonly number[],
  unit = named.reduce((high, place) => Math.max(high, scores[place]!), 0),
  weight = EMBEDDING_WEIGHT,
  late?: { values: Float32Array; weight: number },
): Map<number, number> {
  const fused = Float32Array.from(named, place => scores[place]! / (unit || 1))
  const add = (values: Float32Array, weight: number) => {
    const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)
    const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
    values.forEach((value, i) => {
      fused[i]! += (weight * (value - low)) / (high - low || 1)
    })
  }
  add(
    Float32Array.from(named, place => cosines[place]!),
    weight,
  )
  if (late) add(late.values, late.weight)
  return new Map(topK(fused, named.length, -1).map(i => [named[i]!, fused[i]!]))
}
