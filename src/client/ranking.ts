import type { CohereRanking, Passage, RankedPassage, Ranking, Signals } from '../api/ranking.js'
import type { RankingArrays } from '../threads/rerankProtocol.js'

/** Puts the caller's own passages to the places that came back. */
export function toRanking<P extends Passage>(wire: RankingArrays, passages: readonly P[]): Ranking<P> {
  const views = wire.views ? wire.views.length / Math.max(1, wire.indices.length) : 0
  const results = Array.from(wire.indices, (index, rank) => {
    const passage = passages[index]!
    const result: RankedPassage<P> = { index, score: wire.scores[rank]!, stage: wire.stages[rank]!, passage }
    if (typeof passage === 'object' && passage.id !== undefined) result.id = passage.id
    // No number: the cheapest rung of a cascade may not have read it.
    if (wire.views && !Number.isNaN(wire.views[rank * views])) {
      result.views = Array.from(wire.views.subarray(rank * views, (rank + 1) * views))
    }
    if (wire.windows?.[rank * 2 + 1]) {
      result.window = windowIn(passage, wire.windows[rank * 2]!, wire.windows[rank * 2 + 1]!)
    }
    if (wire.signals) result.signals = toSignals(wire.signals, rank)
    return result
  })
  return { results, done: wire.done, encoded: wire.encoded, total: passages.length }
}

/** Places in the passage's text of places in its context: title and text, joined and trimmed. */
function windowIn(passage: Passage, start: number, end: number): { start: number; end: number } {
  const text = typeof passage === 'string' ? passage : passage.text
  const before = typeof passage === 'string' ? '' : `${passage.title ?? ''} `
  const joined = before + text
  const shift = joined.length - joined.trimStart().length - before.length
  const within = (place: number) => Math.max(0, Math.min(text.length, place + shift))
  return { start: within(start), end: within(end) }
}

function toSignals(all: Float32Array, rank: number): Signals {
  // In the order of the worker's SIGNALS.
  const [mvp, cosine, lateInteraction, firstStage] = all.subarray(rank * 4, rank * 4 + 4) as unknown as number[]
  const signals: Signals = {}
  if (!Number.isNaN(mvp)) signals.mvp = mvp!
  if (!Number.isNaN(cosine)) signals.cosine = cosine!
  if (!Number.isNaN(lateInteraction)) signals.lateInteraction = lateInteraction!
  if (!Number.isNaN(firstStage)) signals.firstStage = firstStage!
  return signals
}

export function toCohere(ranking: Ranking): CohereRanking {
  return { results: ranking.results.map(({ index, score }) => ({ index, relevance_score: score })) }
}
