import { SIGNALS } from './fusion.js'
import type { Window } from './windows.js'

/** Scores of the passages encoded so far. `indices` are places in the caller's list, ascending. */
export interface Scored {
  indices: Uint32Array
  scores: Float32Array
  /** [view, passage] as the anchor graph gives them. */
  views: Float32Array
  /** The window that stands for each passage that was read in several. */
  windows?: readonly (Window | undefined)[]
  /** [signal, passage], where they were fused into `scores`. */
  signals?: Float32Array
}

export interface Order {
  /** Places in the caller's list, best first. */
  indices: Uint32Array
  scores: Float32Array
  stages: Uint8Array
  /** [result, view] */
  views: Float32Array
  /** Start and end of each result's window, both 0 where it was read whole; empty where all were. */
  windows: Uint32Array
  /** [result, signal] in the order of SIGNALS, NaN where one is not known; empty where nothing was fused. */
  signals: Float32Array
}

export interface Block {
  stage: number
  scored: Scored
}

/** Highest score first; of equal ones the earlier in the caller's list. */
export function orderByScore(scored: Scored): number[] {
  const places = Array.from(scored.indices, (_, place) => place)
  return places.sort((a, b) => scored.scores[b]! - scored.scores[a]! || a - b)
}

/**
 * Blocks of falling stage, each ordered by its own score: anchors decoded over other lists give other numbers, which must not be compared.
 * `blocks` come deepest first; a passage counts where it appears first.
 */
export function stack(blocks: readonly Block[], views: number, topK: number): Order {
  const seen = new Set<number>()
  const rows: { stage: number; scored: Scored; place: number }[] = []
  for (const { stage, scored } of blocks) {
    for (const place of orderByScore(scored)) {
      if (rows.length === topK) break
      const index = scored.indices[place]!
      if (seen.has(index)) continue
      seen.add(index)
      rows.push({ stage, scored, place })
    }
  }
  const order: Order = {
    indices: new Uint32Array(rows.length),
    scores: new Float32Array(rows.length),
    stages: new Uint8Array(rows.length),
    views: new Float32Array(rows.length * views),
    windows: new Uint32Array(blocks.some(({ scored }) => scored.windows?.some(Boolean)) ? rows.length * 2 : 0),
    signals: new Float32Array(blocks[0]?.scored.signals ? rows.length * SIGNALS.length : 0),
  }
  rows.forEach(({ stage, scored, place }, rank) => {
    order.indices[rank] = scored.indices[place]!
    order.scores[rank] = scored.scores[place]!
    order.stages[rank] = stage
    const window = scored.windows?.[place]
    if (window) order.windows.set([window.start, window.end], rank * 2)
    const count = scored.indices.length
    for (let view = 0; view < views; view++) {
      order.views[rank * views + view] = scored.views[view * count + place]!
    }
    if (!scored.signals) return
    for (let signal = 0; signal < SIGNALS.length; signal++) {
      order.signals[rank * SIGNALS.length + signal] = scored.signals[signal * count + place]!
    }
  })
  return order
}
