import type { FusionOption, RerankerInfo } from '../api/ranking.js'

/**
 * Beside MVP's 1. Models' own weights are fitted with word search as the first stage; the fused score of words and embeddings knows more. Chosen on questions that no test
 * uses (bench/search/searchWeights.bench.ts).
 */
const FIRST_STAGE = 1.2

/**
 * How a ranking of candidates by words and embeddings is fused, for `RankOptions.fusion`: as the model's maker fitted it, but with more weight on the candidates' own
 * score. Not for candidates by words alone, which the model's own weights are for.
 * @example reranker.rank(query, candidates.map(asPassage), { fusion: siteFusion(reranker.info) })
 */
export function siteFusion({ fusion }: Pick<RerankerInfo, 'fusion'>): FusionOption {
  return fusion && fusion.mode !== 'off' ? { weights: { firstStage: FIRST_STAGE } } : false
}
