import { averagePrecision, ndcg, type Qrels, recall, reciprocalRank } from './metrics.js'

/** Means over the queries; the part after the `@` is the cut-off. */
export type Metrics = Record<`${'ndcg' | 'mrr' | 'recall' | 'map'}@${number}`, number>

/**
 * Adds up the metrics of ranked queries. As in trec_eval a query without any judgment does not count, and one without a relevant
 * passage counts as zero.
 */
export class Evaluation {
  /** Number of queries that count. */
  queries = 0
  readonly #sums: Metrics = {}

  /** @param top depth of the lists, the cut-off of recall and MAP beside those at 10 */
  constructor(readonly top: number) {}

  add(ranked: readonly string[], qrels: Qrels): void {
    if (qrels.size === 0) return
    this.queries++
    const { top } = this
    const values: Metrics = {
      'ndcg@10': ndcg(ranked, qrels, 10),
      'mrr@10': reciprocalRank(ranked, qrels, 10),
      'recall@10': recall(ranked, qrels, 10),
      [`recall@${top}`]: recall(ranked, qrels, top),
      [`map@${top}`]: averagePrecision(ranked, qrels, top),
    }
    for (const [name, value] of Object.entries(values) as [keyof Metrics, number][]) {
      this.#sums[name] = (this.#sums[name] ?? 0) + value
    }
  }

  means(): Metrics {
    return Object.fromEntries(Object.entries(this.#sums).map(([name, sum]) => [name, sum / this.queries]))
  }
}
