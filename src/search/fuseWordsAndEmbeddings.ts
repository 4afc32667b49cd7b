import { topK } from './topK.js'

/**
 * The weight of embeddings, where words have 1. Chosen on questions that no test uses
 * (bench/search/searchWeights.bench.ts): of the weights from 0 to 8, 1.5 and 2 have the best mean over four sets.
 */
const EMBEDDING_WEIGHT = 2

/**
 * Hybrid search: merges the list by words and the list by embeddings. A fused score is the sum of two numbers: the
 * words' score divided by the highest one, and the weighted cosine, scaled to 0…1 over the sections of both lists.
 * Reciprocal rank fusion would lose how much better one section is than the next. (`engine/fusion.ts` fuses a
 * reranker's signals.)
 *
 * @param scores of words, one per section of the index; 0 without a match
 * @param cosines of embeddings, one per section
 * @param named the sections in either list
 * @param unit the words' score that counts 1: the highest by single words. What a closer look added thus counts on top.
 * @param weight of the embeddings beside the words
 * @returns the fused score by section, best first
 */
export function fuseWordsAndEmbeddings(
  scores: Float32Array,
  cosines: Float32Array,
  named: readonly number[],
  unit = highest(scores, named),
  weight = EMBEDDING_WEIGHT,
): Map<number, number> {
  const low = named.reduce((low, place) => Math.min(low, cosines[place]!), Number.POSITIVE_INFINITY)
  const span = highest(cosines, named) - low || 1
  const fused = Float32Array.from(
    named,
    place => scores[place]! / (unit || 1) + (weight * (cosines[place]! - low)) / span,
  )
  return new Map(topK(fused, named.length, -1).map(i => [named[i]!, fused[i]!]))
}

function highest(values: Float32Array, places: readonly number[]): number {
  return places.reduce((high, place) => Math.max(high, values[place]!), Number.NEGATIVE_INFINITY)
}
