import { best } from './best.js'

/**
 * How much the meaning counts beside the words. Chosen on questions that no test uses (bench/search/searchWeights.bench.ts): of the weights from 0 to 8, 1.5 and 2 have the best mean
 * of four sets.
 */
const EMBEDDING_WEIGHT = 2

/**
 * One list of two: the scores of words, divided by the best, and the cosines, stretched over the sections that either list names, are added. Ranks alone (reciprocal rank fusion)
 * would lose by how much one section is better than the next.
 *
 * @param scores of words, one a section of the index; 0 where none matched
 * @param cosines of embeddings, one a section
 * @param named the sections that the lists name
 * @param weight of the meaning beside the words
 * @returns the fused score by section, best first
 */
export function fuse(
  scores: Float32Array,
  cosines: Float32Array,
  named: readonly number[],
  weight = EMBEDDING_WEIGHT,
): Map<number, number> {
  const top = Math.max(...named.map(place => scores[place]!), Number.MIN_VALUE)
  const high = Math.max(...named.map(place => cosines[place]!))
  const low = Math.min(...named.map(place => cosines[place]!))
  const span = high - low || 1
  const fused = Float32Array.from(named, place => scores[place]! / top + (weight * (cosines[place]! - low)) / span)
  return new Map(best(fused, named.length, -1).map(i => [named[i]!, fused[i]!]))
}
