import type { Signal, SignalWeights } from '../api/models.js'

/** In the order in which they cross the thread. */
export const SIGNALS = ['mvp', 'cosine', 'lateInteraction', 'firstStage'] as const satisfies readonly Signal[]

/** Values of each signal, one a passage; NaN where it is not known. */
export type Columns = Record<Signal, Float32Array>

/** How a signal lies in a list: what is taken off, and by what is divided. */
export interface Scale {
  mean: number
  /** 0 for a signal that says nothing: known of no passage, or the same for all. */
  deviation: number
}

export type Scales = Record<Signal, Scale>

/** Below this share of its size, a spread is rounding. */
const ROUNDING = 1e-6

export function scalesOf(columns: Columns): Scales {
  return Object.fromEntries(SIGNALS.map(signal => [signal, scaleOf(columns[signal])])) as Scales
}

/**
 * The weighted sum of the signals, each as its z-score in the list. A passage of which a signal is not known counts as an average one there; a signal
 * that says nothing adds nothing; where MVP's is the only one that says anything, its scores are left as they are. A list that MVP has not read is ordered by the others.
 * @param scales of the whole list, also where only a part of it is fused again: so that a weight keeps its meaning there
 */
export function fuse(columns: Columns, weights: SignalWeights, scales: Scales): Float32Array {
  const telling = SIGNALS.filter(signal => weights[signal] !== 0 && scales[signal].deviation > 0)
  if (telling.every(signal => signal === 'mvp') && !Number.isNaN(columns.mvp[0])) return columns.mvp
  return columns.mvp.map((_, place) => {
    let sum = 0
    for (const signal of telling) {
      const value = columns[signal][place]!
      const { mean, deviation } = scales[signal]
      if (Number.isFinite(value)) sum += (weights[signal] * (value - mean)) / deviation
    }
    return sum
  })
}

function scaleOf(values: Float32Array): Scale {
  const known = values.filter(Number.isFinite)
  if (known.length === 0) return { mean: 0, deviation: 0 }
  let sum = 0
  for (const value of known) sum += value
  const mean = sum / known.length
  let squares = 0
  let largest = 0
  for (const value of known) {
    squares += (value - mean) ** 2
    largest = Math.max(largest, Math.abs(value))
  }
  const deviation = Math.sqrt(squares / known.length)
  return { mean, deviation: deviation > ROUNDING * largest ? deviation : 0 }
}
