import type { Evaluation, Measured, Values } from './evaluate.js'
import { type PairedTest, pairedTest } from './significance.js'

/** Two systems compared over the same queries, and the means of all systems. */
export interface Comparison {
  metrics: string[]
  baseline: string
  system: string
  /** Means of every system. */
  means: Record<string, Values>
  /** By metric. */
  tests: Record<string, PairedTest>
  queries: readonly Measured[]
}

/** Compares two systems of an evaluation, query by query. */
export function compareSystems(evaluation: Evaluation, baseline: string, system: string): Comparison {
  const { queries } = evaluation
  const metrics = evaluation.metrics.map(({ name }) => name)
  const values = (of: string, metric: string) => queries.map(({ systems }) => systems[of]![metric]!)
  const systems = Object.keys(queries[0]?.systems ?? {})
  return {
    metrics,
    baseline,
    system,
    means: Object.fromEntries(systems.map(name => [name, evaluation.means(name)])),
    tests: Object.fromEntries(
      metrics.map(metric => [metric, pairedTest(values(baseline, metric), values(system, metric))]),
    ),
    queries,
  }
}
