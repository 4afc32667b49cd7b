import type { FusionOption, RerankerInfo } from '../api/ranking.js'

/**
 * Relative to MVP's weight of 1. A model's own weights are fitted to a first stage by words; the fused score of words
 * and embeddings is better. Chosen on questions that no test uses (bench/search/searchWeights.bench.ts).
 */
const FIRST_STAGE = 1.2

/** The same where the candidates' score holds late interaction as well (bench/search/lateWeights.bench.ts). */
const FIRST_STAGE_WITH_LATE = 2

/**
 * The `RankOptions.fusion` for candidates found by words and embeddings: the model's own weights, with a higher one for
 * the candidates' score. For candidates found by words alone, use the model's own weights.
 * @param late whether late interaction ordered the candidates, so that the best of them are enough to read
 * @example reranker.rank(query, candidates.map(asPassage), { fusion: siteFusion(reranker.info) })
 */
export function siteFusion({ fusion }: Pick<RerankerInfo, 'fusion'>, late = false): FusionOption {
  if (!fusion || fusion.mode === 'off') return false
  return { weights: { firstStage: late ? FIRST_STAGE_WITH_LATE : FIRST_STAGE } }
}
