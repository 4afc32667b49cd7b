import type { FusionOption, RerankerInfo } from '../api/ranking.js'

/**
 * The weight of the candidates' score, where MVP has 1. A model's own weight suits a first stage by words. The fused
 * score of words and embeddings is better and deserves more. Chosen on questions that no test uses
 * (bench/search/searchWeights.bench.ts).
 */
const FIRST_STAGE = 1.2

/**
 * Returns the `RankOptions.fusion` for candidates that words and embeddings found. It gives their score a weight of
 * 1.2, where MVP has 1, and leaves the model's other weights. For candidates that words alone found, leave `fusion`
 * out.
 * @returns false if the model fuses nothing by default
 * @example reranker.rank(query, candidates.map(asPassage), { fusion: siteFusion(reranker.info) })
 */
export function siteFusion({ fusion }: Pick<RerankerInfo, 'fusion'>): FusionOption {
  return fusion && fusion.mode !== 'off' ? { weights: { firstStage: FIRST_STAGE } } : false
}
