import { RerankError } from '../api/errors.js'
import type { Depth } from '../api/models.js'
import { orderByScore, type ScoredList } from './rank.js'

/** The share of the candidates that is read again at full depth. */
const FULL_DEPTH_SHARE = 1 / 4
/** At least this many candidates, a page of results, are read at full depth. A shorter list goes there at once. */
const MIN_FULL_DEPTH = 10

/** The depth at which a list is read, in layers. `signals`: not read, but scored by its other signals. */
export type CascadeStep = number | 'signals'

/**
 * The steps for a list. Each further step re-reads only the best of the step before, from the first layer on. If every
 * passage has an embedding, the embeddings choose better than the first exit at no extra cost.
 *
 * Resuming from the first step's hidden states would cost more than re-reading. Resuming needs every row of that step's
 * last layer for every candidate, and three quarters of them are dropped; reading needs only the rows of the views
 * (arXiv:2509.07485). With steps of 2 and 6 layers, resuming takes 2 + 3.2 / 4 layers, re-reading 1.2 + 5.2 / 4.
 * @param exits ascending
 * @param list `embedded`: every passage's embedding is given, or made anyway, and fused
 * @throws RerankError `unsupported`
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
  if (list.total <= MIN_FULL_DEPTH) return [deepest]
  return [list.embedded ? 'signals' : exits[0]!, deepest]
}

/** @throws RerankError `unsupported` for a depth that the model lacks */
export function checkDepth(exits: readonly number[], depth: Depth, model: string): void {
  if (depth === 'cascade' ? exits.length > 1 : exits.includes(depth)) return
  const asked = depth === 'cascade' ? 'be read at two depths' : `stop after ${depth} layers`
  throw new RerankError('unsupported', `The model ${model} cannot ${asked}.`, {
    remedy: `Depths of this model: ${exits.join(', ')}.`,
  })
}

/** Places in the caller's list of the passages to read again at full depth, best first. */
export function selectForFullDepth(scored: ScoredList): number[] {
  const count = Math.max(MIN_FULL_DEPTH, Math.ceil(scored.indices.length * FULL_DEPTH_SHARE))
  return orderByScore(scored)
    .slice(0, count)
    .map(place => scored.indices[place]!)
}
