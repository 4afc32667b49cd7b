import type { CohereRanking, Passage, RankedPassage, Ranking, Signals } from '../api/ranking.js'
import { SIGNALS } from '../api/signals.js'
import type { RankingArrays } from '../threads/rerankProtocol.js'
import { fieldsOf } from './checkInput.js'

/** Builds the ranking that the caller gets, from arrays and the caller's own passages. */
export function toRanking<P extends Passage>(arrays: RankingArrays, passages: readonly P[]): Ranking<P> {
  const views = arrays.views ? arrays.views.length / Math.max(1, arrays.indices.length) : 0
  const results = Array.from(arrays.indices, (index, rank) => {
    const result = toResult(passages, index, arrays.scores[rank]!, arrays.stages[rank]!)
    // NaN: the first step of a cascade may rank without reading.
    if (arrays.views && !Number.isNaN(arrays.views[rank * views])) {
      result.views = Array.from(arrays.views.subarray(rank * views, (rank + 1) * views))
    }
    if (arrays.windows?.[rank * 2 + 1]) {
      result.window = windowIn(result.passage, arrays.windows[rank * 2]!, arrays.windows[rank * 2 + 1]!)
    }
    if (arrays.signals) result.signals = toSignals(arrays.signals, rank)
    return result
  })
  return { results, done: arrays.done, encoded: arrays.encoded, total: passages.length }
}

export function toResult<P extends Passage>(
  passages: readonly P[],
  index: number,
  score: number,
  stage: number,
): RankedPassage<P> {
  const passage = passages[index]!
  const result: RankedPassage<P> = { index, score, stage, passage }
  const { id } = fieldsOf(passage)
  if (id !== undefined) result.id = id
  return result
}

/** Converts a window in the context (title and text, joined and trimmed) to a window in the text. */
function windowIn(passage: Passage, start: number, end: number): { start: number; end: number } {
  const { title, text } = fieldsOf(passage)
  const before = typeof passage === 'string' ? '' : `${title ?? ''} `
  const joined = before + text
  const shift = joined.length - joined.trimStart().length - before.length
  const within = (place: number) => Math.max(0, Math.min(text.length, place + shift))
  return { start: within(start), end: within(end) }
}

function toSignals(all: Float32Array, rank: number): Signals {
  const signals: Signals = {}
  SIGNALS.forEach((signal, i) => {
    const value = all[rank * SIGNALS.length + i]!
    if (!Number.isNaN(value)) signals[signal] = value
  })
  return signals
}

export function toCohere(ranking: Ranking): CohereRanking {
  return { results: ranking.results.map(({ index, score }) => ({ index, relevance_score: score })) }
}
