import type { Candidate } from '../api/search.js'

/**
 * Moves the candidates that the query names to the front of a reranked list, in the index's order. A query that is a
 * heading, a title or an identifier then finds that section before similar ones.
 * @param order places of some or all candidates, from 0, best first
 * @returns places of candidates; those that the query names are always among them
 * @example const order = exactFirst(results.map(({ index }) => index), candidates)
 */
export function exactFirst(order: readonly number[], candidates: readonly Pick<Candidate, 'exact'>[]): number[] {
  const named = candidates.flatMap(({ exact }, place) => (exact ? [place] : []))
  return [...named, ...order.filter(place => !candidates[place]!.exact)]
}
