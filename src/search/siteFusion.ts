import type { FusionOption, RerankerInfo } from '../api/ranking.js'

/**
 * The weight of the candidates' score, where MVP has 1. A model's own weight suits a first stage by words. The fused
 * score of words and embeddings is better and deserves more. Chosen on questions that no test uses
 * (bench/search/searchWeights.bench.ts).
 */
const FIRST_STAGE = 1.2

/**
 * The `RankOptions.fusion` for candidates found by words and embeddings: the model's own weights, with a higher one for
 * the candidates' score. For candidates found by words alone, use the model's own weights.
 * @example reranker.rank(query, candidates.map(asPassage), { fusion: siteFusion(reranker.info) })
 */
export function siteFusion({ fusion }: Pick<RerankerInfo, 'fusion'>): FusionOption {
  return fusion && fusion.mode !== 'off' ? { weights: { firstStage: FIRST_STAGE } } : false
}
