import type { Candidate } from '../api/search.js'

/**
 * The order of a reranked list in which the candidates that the query names stand first, in the order of the index:
 * a query that is a heading, a title or an identifier finds that section before what means something like it.
 * @param order places of candidates, best first; of some or all of them
 * @example const order = exactFirst(results.map(({ index }) => index), candidates)
 */
export function exactFirst(order: readonly number[], candidates: readonly Pick<Candidate, 'exact'>[]): number[] {
  const named = candidates.flatMap(({ exact }, place) => (exact ? [place] : []))
  return [...named, ...order.filter(place => !candidates[place]!.exact)]
}
