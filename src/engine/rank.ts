import { SIGNALS } from '../api/signals.js'
import type { RankingArrays } from '../threads/rerankProtocol.js'
import type { Window } from './windows.js'

/** Passages that were scored together as one list. */
export interface ScoredList {
  /** Places in the caller's list, ascending. */
  indices: Uint32Array
  scores: Float32Array
  /** [view, passage], as the anchor graph gives them. */
  views: Float32Array
  /** The best window of each passage that was read in several; undefined for the other passages. */
  windows?: readonly (Window | undefined)[] | undefined
  /** [signal, passage], if signals were fused into `scores`. */
  signals?: Float32Array | undefined
}

export interface ScoredBlock {
  stage: number
  scored: ScoredList
}

/** Places in the list, highest score first. Of equal scores, the earlier passage comes first. */
export function orderByScore(scored: ScoredList): number[] {
  const places = Array.from(scored.indices, (_, place) => place)
  return places.sort((a, b) => scored.scores[b]! - scored.scores[a]! || a - b)
}

/**
 * Joins blocks of falling stage into a ranking, each block ordered by its own scores: scores of anchors that were
 * decoded over different lists are not comparable.
 * @param blocks deepest first; a passage's first appearance counts
 */
export function toRankingArrays(
  blocks: readonly ScoredBlock[],
  { views, topK, explain, done }: { views: number; topK: number; explain: boolean; done: boolean },
): RankingArrays {
  const rows = topRows(blocks, topK)
  const ranking: RankingArrays = {
    indices: new Uint32Array(rows.length),
    scores: new Float32Array(rows.length),
    stages: new Uint8Array(rows.length),
    encoded: blocks.at(-1)?.scored.indices.length ?? 0,
    done,
  }
  if (blocks.some(({ scored }) => scored.windows?.some(Boolean))) ranking.windows = new Uint32Array(rows.length * 2)
  if (explain) ranking.views = new Float32Array(rows.length * views)
  if (explain && blocks[0]?.scored.signals) ranking.signals = new Float32Array(rows.length * SIGNALS.length)
  rows.forEach(({ stage, scored, place }, rank) => {
    ranking.indices[rank] = scored.indices[place]!
    ranking.scores[rank] = scored.scores[place]!
    ranking.stages[rank] = stage
    const window = scored.windows?.[place]
    if (window) ranking.windows!.set([window.start, window.end], rank * 2)
    copyColumn(ranking.views, rank, scored.views, place, scored.indices.length)
    copyColumn(ranking.signals, rank, scored.signals, place, scored.indices.length)
  })
  return ranking
}

function topRows(blocks: readonly ScoredBlock[], topK: number): (ScoredBlock & { place: number })[] {
  const seen = new Set<number>()
  const rows: (ScoredBlock & { place: number })[] = []
  for (const block of blocks) {
    for (const place of orderByScore(block.scored)) {
      if (rows.length === topK) return rows
      const index = block.scored.indices[place]!
      if (seen.has(index)) continue
      seen.add(index)
      rows.push({ ...block, place })
    }
  }
  return rows
}

/** Copies a column of `from`, [value, passage], to a row of `to`, [rank, value]. */
function copyColumn(
  to: Float32Array | undefined,
  rank: number,
  from: Float32Array | undefined,
  place: number,
  passages: number,
): void {
  if (!to || !from) return
  const values = from.length / passages
  for (let value = 0; value < values; value++) to[rank * values + value] = from[value * passages + place]!
}
