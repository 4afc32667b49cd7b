import type { Signal, SignalWeights } from '../api/models.js'
import { SIGNALS } from '../api/signals.js'

/** The values of each signal, one per passage; NaN for an unknown one. */
export type Columns = Record<Signal, Float32Array>

/** Mean and standard deviation of a signal in a list, for its z-scores. */
export interface Scale {
  mean: number
  /** 0 for a signal without information: known of no passage, or equal for all. */
  deviation: number
}

export type Scales = Record<Signal, Scale>

/** A deviation below this share of the largest value is rounding. */
const ROUNDING = 1e-6

export function scalesOf(columns: Columns): Scales {
  return Object.fromEntries(SIGNALS.map(signal => [signal, scaleOf(columns[signal])])) as Scales
}

/**
 * The weighted sum of the signals' z-scores in the list. An unknown signal counts as average. A signal without
 * information adds nothing. If only MVP's scores carry information, they are returned unchanged. The other signals
 * order a list that MVP has not read.
 * @param scales of the whole list, even if only a part of it is fused again, so that weights keep their meaning
 */
export function fuse(columns: Columns, weights: SignalWeights, scales: Scales): Float32Array {
  const informative = SIGNALS.filter(signal => weights[signal] !== 0 && scales[signal].deviation > 0)
  if (informative.every(signal => signal === 'mvp') && !Number.isNaN(columns.mvp[0])) return columns.mvp
  return columns.mvp.map((_, place) => {
    let sum = 0
    for (const signal of informative) {
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
