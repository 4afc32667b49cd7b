import type { Signal, SignalWeights } from '../api/models.js'
import { SIGNALS } from '../api/signals.js'
import type { Metric } from './metricNames.js'
import type { Qrels } from './metrics.js'

/** The signals of one query's candidates, in the first stage's order. */
export interface SignalList {
  id: string
  qrels: Qrels
  /** The candidates' ids. */
  passages: readonly string[]
  /** One value for each candidate; NaN for an unknown one. */
  columns: Record<Signal, readonly number[]>
}

/** Signals that are known together. A mode that meets several such sets is fitted to all of them at once. */
export type KnownSignals = readonly (readonly Signal[])[]

/** Weights, with what they reach on queries that they were not fitted to. */
export interface FittedWeights {
  weights: SignalWeights
  /** The metric of each list, by weights fitted to the other folds alone. */
  unseen: number[]
}

/** A list as the fit reads it. */
interface Row {
  list: SignalList
  /** z-scores, [candidate, signal]. */
  scores: Float64Array
  /** The share of each candidate in the sum of grades; undefined without a relevant candidate. */
  target: Float64Array | undefined
}

const WIDTH = SIGNALS.length
const STEPS = 400
const DECIMALS = 1000
/** A deviation below this share of the largest value is rounding, as in the engine's fusion. */
const ROUNDING = 1e-6
/** MVP's weight is the unit, unless it is below this share of the largest one. */
const LEAST_UNIT = 0.05

/**
 * Fits weights for the sum of weight × z-score: those, none negative, that minimise the cross-entropy between the
 * softmax of a list's scores and its grades. The problem is convex and the start fixed, so equal lists give equal
 * weights.
 * @param earlier the weights of signals that no list tells anything of
 * @param folds list i is in fold i mod `folds`
 */
export function fitFusion(
  lists: readonly SignalList[],
  known: KnownSignals,
  earlier: SignalWeights,
  metric: Metric,
  folds: number,
): FittedWeights {
  const rows = lists.map(toRow)
  const weights = fit(rows, known, earlier)
  const unseen: number[] = new Array(rows.length)
  for (let fold = 0; fold < folds; fold++) {
    const others = fit(
      rows.filter((_, i) => i % folds !== fold),
      known,
      earlier,
    )
    for (let i = fold; i < rows.length; i += folds) unseen[i] = measure(rows[i]!, known, others, metric)
  }
  return { weights, unseen }
}

/** The metric of each list by given weights: the mean over the sets of known signals. */
export function measureFusion(
  lists: readonly SignalList[],
  known: KnownSignals,
  weights: SignalWeights,
  metric: Metric,
): number[] {
  return lists.map(list => measure(toRow(list), known, weights, metric))
}

/** Whether the fit can learn from the list: one of its candidates is relevant. */
export function hasRelevant({ passages, qrels }: SignalList): boolean {
  return passages.some(id => (qrels.get(id) ?? 0) > 0)
}

function toRow(list: SignalList): Row {
  const { passages, columns, qrels } = list
  const scores = new Float64Array(passages.length * WIDTH)
  SIGNALS.forEach((signal, s) => {
    standardized(columns[signal]).forEach((value, place) => {
      scores[place * WIDTH + s] = value
    })
  })
  const grades = Float64Array.from(passages, id => Math.max(qrels.get(id) ?? 0, 0))
  const sum = grades.reduce((total, grade) => total + grade, 0)
  return { list, scores, target: sum > 0 ? grades.map(grade => grade / sum) : undefined }
}

/** z-scores; 0 where a value is unknown, and everywhere if all are equal. */
function standardized(values: readonly number[]): number[] {
  const finite = values.filter(Number.isFinite)
  const mean = finite.reduce((sum, value) => sum + value, 0) / finite.length
  const deviation = Math.sqrt(finite.reduce((sum, value) => sum + (value - mean) ** 2, 0) / finite.length)
  const largest = finite.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (!(deviation > ROUNDING * largest)) return values.map(() => 0)
  return values.map(value => (Number.isFinite(value) ? (value - mean) / deviation : 0))
}

/** Projected gradient descent. The step halves where it overshoots. */
function fit(rows: readonly Row[], known: KnownSignals, earlier: SignalWeights): SignalWeights {
  const informative = SIGNALS.map(
    (signal, s) =>
      known.some(set => set.includes(signal)) &&
      rows.some(({ target, scores }) => target && scores.some((value, at) => at % WIDTH === s && value !== 0)),
  )
  const masks = known.map(set => SIGNALS.map((signal, s) => informative[s]! && set.includes(signal)))
  let weights: number[] = informative.map(is => (is ? 0.5 : 0))
  let { loss, gradient } = lossOf(weights, rows, masks)
  let rate = 0.5
  for (let step = 0; step < STEPS; step++) {
    const trial = weights.map((weight, s) => Math.max(0, weight - rate * gradient[s]!))
    const next = lossOf(trial, rows, masks)
    if (next.loss > loss) {
      rate /= 2
      continue
    }
    const gained = loss - next.loss
    weights = trial
    loss = next.loss
    gradient = next.gradient
    rate *= 1.1
    if (gained < 1e-9) break
  }
  return named(weights, informative, earlier)
}

/** The mean loss of a list, and its gradient. */
function lossOf(weights: readonly number[], rows: readonly Row[], masks: readonly (readonly boolean[])[]) {
  let loss = 0
  let count = 0
  const gradient: number[] = new Array(WIDTH).fill(0)
  for (const { scores, target } of rows) {
    if (!target) continue
    for (const mask of masks) {
      count++
      const logits = scoresOf(scores, weights, mask)
      const highest = logits.reduce((most, value) => Math.max(most, value), -Infinity)
      const powers = logits.map(value => Math.exp(value - highest))
      const sum = powers.reduce((total, value) => total + value, 0)
      for (let place = 0; place < target.length; place++) {
        const share = powers[place]! / sum
        loss -= target[place]! * (logits[place]! - highest - Math.log(sum))
        for (let s = 0; s < WIDTH; s++) {
          if (mask[s]) gradient[s]! += scores[place * WIDTH + s]! * (share - target[place]!)
        }
      }
    }
  }
  return { loss: loss / count, gradient: gradient.map(value => value / count) }
}

function scoresOf(scores: Float64Array, weights: readonly number[], mask: readonly boolean[]): Float64Array {
  const sums = new Float64Array(scores.length / WIDTH)
  for (let at = 0; at < scores.length; at++) {
    if (mask[at % WIDTH]) sums[Math.floor(at / WIDTH)]! += weights[at % WIDTH]! * scores[at]!
  }
  return sums
}

/** In units of MVP's weight, rounded as manifests hold them. */
function named(weights: readonly number[], informative: readonly boolean[], earlier: SignalWeights): SignalWeights {
  const largest = Math.max(...weights)
  const unit = weights[0]! > LEAST_UNIT * largest ? weights[0]! : largest || 1
  return Object.fromEntries(
    SIGNALS.map((signal, s) => [
      signal,
      informative[s] ? Math.round((weights[s]! / unit) * DECIMALS) / DECIMALS : earlier[signal],
    ]),
  ) as SignalWeights
}

function measure({ list, scores }: Row, known: KnownSignals, weights: SignalWeights, metric: Metric): number {
  const values = SIGNALS.map(signal => weights[signal])
  const results = known.map(set => {
    const sums = scoresOf(
      scores,
      values,
      SIGNALS.map(signal => set.includes(signal)),
    )
    const order = Array.from(sums.keys()).sort((a, b) => sums[b]! - sums[a]! || a - b)
    return metric.compute(
      order.map(place => list.passages[place]!),
      list.qrels,
    )
  })
  return results.reduce((sum, value) => sum + value, 0) / results.length
}
