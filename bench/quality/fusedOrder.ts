import type { SignalWeights } from '../../src/api/models.js'
import { SIGNALS } from '../../src/api/signals.js'
import { type Columns, fuse, scalesOf } from '../../src/engine/fusion.js'
import type { Signals } from '../../src/node.js'
import { topK } from '../../src/search/topK.js'

/** What `explain` told of the passages of one list, signal by signal. */
export function columnsOf(signals: readonly Signals[]): Columns {
  return Object.fromEntries(
    SIGNALS.map(signal => [signal, Float32Array.from(signals, each => each[signal] ?? Number.NaN)]),
  ) as Columns
}

/** Places in the list, best first, as `rank` fuses them. */
export function fusedOrder(columns: Columns, weights: SignalWeights): number[] {
  return orderOf(fuse(columns, weights, scalesOf(columns)))
}

/** Places in the list, highest first; what is no number is left out. */
export function orderOf(scores: Float32Array): number[] {
  return topK(scores, scores.length, Number.NEGATIVE_INFINITY)
}
