import type { AnswerWeights } from '../api/models.js'
import type { Ranking, RerankerInfo } from '../api/ranking.js'
import type { QueryResult } from '../api/search.js'

/**
 * Whether a ranked list holds an answer, as far as its signs tell: how much of the query its words cover, how near the
 * best meanings are, alone and token by token. (A listwise score compares passages with each other, and says nothing of
 * it.) A model without weights for these signs, or a ranking without `explain`, makes every list an answer.
 * @example const { results } = await reranker.rank(query, passages, { explain: true, fusion: siteFusion(reranker.info) })
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

/** Signs that a list holds an answer. */
export interface Signs {
  /** The share of the query that the words of a section cover. */
  covered: number
  /** The highest cosine of the list. */
  cosine: number
  /** The highest late interaction of the list. */
  lateInteraction: number
}

/** How sure it is that a list holds an answer: below 0, it holds none. */
export function sureness({ covered, cosine, lateInteraction }: Signs, weights: AnswerWeights): number {
  return weights.bias + weights.covered * covered + weights.cosine * cosine + weights.lateInteraction * lateInteraction
}
