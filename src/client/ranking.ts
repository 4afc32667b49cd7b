import type { WireRanking } from '../../workers/protocol.js'
import type { CohereRanking, Passage, RankedPassage, Ranking } from './types.js'

/** Puts the caller's own passages to the places that came back. */
export function toRanking<P extends Passage>(wire: WireRanking, passages: readonly P[]): Ranking<P> {
  const views = wire.views ? wire.views.length / Math.max(1, wire.indices.length) : 0
  const results = Array.from(wire.indices, (index, rank) => {
    const passage = passages[index]!
    const result: RankedPassage<P> = { index, score: wire.scores[rank]!, stage: wire.stages[rank]!, passage }
    if (typeof passage === 'object' && passage.id !== undefined) result.id = passage.id
    if (wire.views) result.views = Array.from(wire.views.subarray(rank * views, (rank + 1) * views))
    return result
  })
  return { results, done: wire.done, encoded: wire.encoded, total: passages.length }
}

export function toCohere(ranking: Ranking): CohereRanking {
  return { results: ranking.results.map(({ index, score }) => ({ index, relevance_score: score })) }
}
