import type { Metric } from './metricNames.js'
import type { Qrels } from './metrics.js'

/** Metric → value. */
export type Values = Record<string, number>

/** A measured query: for every system (a model, the first stage, a single view …) the value of each metric. */
export interface Measured {
  id: string
  text: string
  systems: Record<string, Values>
}

/**
 * Measures ranked queries and their means. As in trec_eval, a query without judgments is ignored, and one without a
 * relevant passage counts as zero.
 */
export class Evaluation {
  readonly #queries: Measured[] = []

  constructor(readonly metrics: readonly Metric[]) {}

  /** The judged queries, in the order in which they were added. */
  get queries(): readonly Measured[] {
    return this.#queries
  }

  /**
   * @param orders for every system the ids of the query's passages, best first; the same systems for every query
   * @returns undefined for a query without judgments; else what `add` takes
   */
  measure(
    query: { id: string; text: string; qrels: Qrels },
    orders: Record<string, readonly string[]>,
  ): Measured | undefined {
    if (query.qrels.size === 0) return undefined
    const valuesOf = (ranked: readonly string[]): Values =>
      Object.fromEntries(this.metrics.map(({ name, compute }) => [name, compute(ranked, query.qrels)]))
    const systems = Object.fromEntries(Object.entries(orders).map(([system, ranked]) => [system, valuesOf(ranked)]))
    return { id: query.id, text: query.text, systems }
  }

  add(measured: Measured): void {
    this.#queries.push(measured)
  }

  means(system: string): Values {
    return Object.fromEntries(
      this.metrics.map(({ name }) => {
        const sum = this.#queries.reduce((total, { systems }) => total + systems[system]![name]!, 0)
        return [name, sum / this.#queries.length]
      }),
    )
  }
}
