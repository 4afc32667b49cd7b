import type { Candidate } from '../api/search.js'

/**
 * Reorders a reranked list: candidates that the query names come first, in the index's order. A query that is a heading,
 * a title or an identifier thus finds that section before similar ones.
 * @param order places of some or all candidates, best first
 * @example const order = exactFirst(results.map(({ index }) => index), candidates)
 */
export function exactFirst(order: readonly number[], candidates: readonly Pick<Candidate, 'exact'>[]): number[] {
  const named = candidates.flatMap(({ exact }, place) => (exact ? [place] : []))
  return [...named, ...order.filter(place => !candidates[place]!.exact)]
}
