/** Judgments of one query: passage id → grade. A missing id was never judged and counts as not relevant. */
export type Qrels = ReadonlyMap<string, number>

/**
 * The metrics of trec_eval over one query's ranked passage ids, best first. A passage is relevant if its grade reaches
 * `level` (trec_eval's `-l`; default 1). nDCG takes the grades themselves. Each metric is 0 for a query without a
 * relevant passage.
 */

/**
 * Normalized discounted cumulative gain, `ndcg_cut_k`: linear gains, discount `log2(rank + 1)`. The ideal list is made
 * of all judged passages, retrieved or not.
 */
export function ndcg(ranked: readonly string[], qrels: Qrels, k: number): number {
  const ideal = [...qrels.values()].filter(grade => grade > 0).sort((a, b) => b - a)
  if (ideal.length === 0) return 0
  const gains = ranked.slice(0, k).map(id => Math.max(qrels.get(id) ?? 0, 0))
  return discounted(gains) / discounted(ideal.slice(0, k))
}

function discounted(gains: readonly number[]): number {
  return gains.reduce((sum, gain, i) => sum + gain / Math.log2(i + 2), 0)
}

/**
 * Reciprocal rank of the first relevant passage, 0 if none is among the first k: `recip_rank` with a cut-off.
 */
export function reciprocalRank(ranked: readonly string[], qrels: Qrels, k: number, level = 1): number {
  const first = ranked.slice(0, k).findIndex(id => isRelevant(qrels, id, level))
  return first < 0 ? 0 : 1 / (first + 1)
}

/** Share of the relevant passages that are among the first k: `recall_k`. */
export function recall(ranked: readonly string[], qrels: Qrels, k: number, level = 1): number {
  const relevant = countRelevant(qrels, level)
  return relevant === 0 ? 0 : countFound(ranked, qrels, k, level) / relevant
}

/** Share of the first k places that hold a relevant passage, `P_k`: of k places, even if fewer were retrieved. */
export function precision(ranked: readonly string[], qrels: Qrels, k: number, level = 1): number {
  return countFound(ranked, qrels, k, level) / k
}

/** Average precision over the first k: `map_cut_k`. */
export function averagePrecision(ranked: readonly string[], qrels: Qrels, k: number, level = 1): number {
  const relevant = countRelevant(qrels, level)
  let found = 0
  let sum = 0
  for (const [i, id] of ranked.slice(0, k).entries()) {
    if (isRelevant(qrels, id, level)) sum += ++found / (i + 1)
  }
  return relevant === 0 ? 0 : sum / relevant
}

function isRelevant(qrels: Qrels, id: string, level: number): boolean {
  return (qrels.get(id) ?? 0) >= level
}

function countRelevant(qrels: Qrels, level: number): number {
  return [...qrels.values()].filter(grade => grade >= level).length
}

function countFound(ranked: readonly string[], qrels: Qrels, k: number, level: number): number {
  return ranked.slice(0, k).filter(id => isRelevant(qrels, id, level)).length
}
