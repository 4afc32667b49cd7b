import type { AnswerWeights } from '../api/models.js'
import type { Ranking, RerankerInfo } from '../api/ranking.js'
import type { QueryResult } from '../api/search.js'

/**
 * Estimates whether a ranked list answers the query, by three signs: the share of the query that words cover, the
 * highest cosine, and the highest late interaction. Listwise scores cannot tell, because they only compare passages
 * with each other.
 * @param results a ranking made with `explain` and with embeddings
 * @returns false if no passage answers the query; true also if a sign or the weights are missing
 * @example
 * const fusion = siteFusion(reranker.info)
 * const { results } = await reranker.rank(query, passages, { explain: true, fusion })
 * if (!isAnswered(reranker.info, found, results)) console.log('No section says this. The nearest:')
 */
export function isAnswered(
  { fusion }: Pick<RerankerInfo, 'fusion'>,
  { covered }: Pick<QueryResult, 'covered'>,
  results: Ranking['results'],
): boolean {
  const highest = (signal: 'cosine' | 'lateInteraction') =>
    results.reduce((high, { signals }) => Math.max(high, signals?.[signal] ?? high), -1)
  const [cosine, lateInteraction] = [highest('cosine'), highest('lateInteraction')]
  const weights = fusion?.answer
  if (!weights || cosine === -1 || lateInteraction === -1) return true
  return sureness({ covered, cosine, lateInteraction }, weights) >= 0
}

/** The signs that a list holds an answer. */
export interface Signs {
  /** The share of the query that the words of a section cover. */
  covered: number
  /** The highest cosine of the list. */
  cosine: number
  /** The highest late interaction of the list. */
  lateInteraction: number
}

/** Weighs the signs. Below 0, the list holds no answer. */
export function sureness({ covered, cosine, lateInteraction }: Signs, weights: AnswerWeights): number {
  return weights.bias + weights.covered * covered + weights.cosine * cosine + weights.lateInteraction * lateInteraction
}
