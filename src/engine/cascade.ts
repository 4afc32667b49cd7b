import { RerankError } from '../api/errors.js'
import type { Depth } from '../api/models.js'
import { orderByScore, type Scored } from './rank.js'

/** The share of the candidates that is read again at full depth … */
const SHARE = 1 / 4
/** … but at least so many, a page of results: a shorter list goes to full depth at once. */
const LEAST = 10

/** How deep a list is read: after so many layers, or not at all, by what is known of it otherwise. */
export type CascadeStep = number | 'signals'

/**
 * The steps of a list, one after another: each but the first reads only the best of the one before, anew. Where embeddings are at hand they choose better than the first
 * exit, at no further cost: nothing but the best is read together with the query. Else going on from kept hidden states
 * would cost more: to be gone on from, the cheap step has to compute all rows of its last layer, and for all candidates, of which three quarters are then
 * dropped; to be read, it computes but the views' (MVP.md, exact savings). With steps of 2 and 6 layers that is 2 + 3.2 / 4 layers against 1.2 + 5.2 / 4.
 * @param exits ascending
 * @param list `embedded`: the embedding of every passage is given, or made anyway, and fused
 * @throws RerankError unsupported
 */
export function cascadeSteps(
  depth: Depth,
  exits: readonly number[],
  list: { total: number; embedded: boolean },
  model: string,
): CascadeStep[] {
  checkDepth(exits, depth, model)
  if (depth !== 'cascade') return [depth]
  const deepest = exits.at(-1)!
  if (list.total <= LEAST) return [deepest]
  return [list.embedded ? 'signals' : exits[0]!, deepest]
}

/** @throws RerankError unsupported for a depth that the model has not */
export function checkDepth(exits: readonly number[], depth: Depth, model: string): void {
  if (depth === 'cascade' ? exits.length > 1 : exits.includes(depth)) return
  const asked = depth === 'cascade' ? 'be read at two depths' : `stop after ${depth} layers`
  throw new RerankError('unsupported', `The model ${model} cannot ${asked}.`, {
    remedy: `Depths of this model: ${exits.join(', ')}.`,
  })
}

/** Places in the caller's list of those that are read again, best first. */
export function selectForFullDepth(scored: Scored): number[] {
  const count = Math.max(LEAST, Math.ceil(scored.indices.length * SHARE))
  return orderByScore(scored)
    .slice(0, count)
    .map(place => scored.indices[place]!)
}
