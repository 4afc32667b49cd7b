import { ndcg } from '../../src/eval/metrics.js'
import type { Depth, Reranker, RerankerInfo } from '../../src/index.js'
import type { LabelledQuery } from './labelledSet.js'

/** nDCG@10 of the order that a page would show, `ms` after the call. */
export interface QualityPoint {
  ms: number
  ndcg: number
}

export interface QueryResult {
  query: string
  pairs: number
  ms: number
  pairsPerSecond: number
  /** nDCG@10 of the keyword order. */
  words: number
  /** From the keyword order (0 ms) to the last ranking. */
  quality: QualityPoint[]
}

export interface MemoryPoint {
  /** Number of queries before the measurement. */
  queries: number
  bytes: number
}

/** The report that people share: model, device and every measurement, so that anyone can compute other figures. */
export interface BenchReport {
  format: 'mvp-rerank-bench'
  version: 1
  when: string
  browser: string
  cores: number
  isolated: boolean
  info: RerankerInfo
  depth: Depth
  loadMs: number
  queries: readonly QueryResult[]
  memory: readonly MemoryPoint[]
  summary: { pairsPerSecond: number; ndcg10: number; ndcg10Words: number; halfGainMs: number }
}

const CUT = 10

/**
 * Ranks a query's passages and measures the quality of every order on the way. As on a page, passages that the model
 * has not read yet follow in keyword order.
 */
export async function runQuery(
  reranker: Reranker,
  { query, passages, qrels }: LabelledQuery,
  depth: Depth,
  signal: AbortSignal,
): Promise<QueryResult> {
  const byWords = passages.map(({ id }) => id)
  const quality: QualityPoint[] = [{ ms: 0, ndcg: ndcg(byWords, qrels, CUT) }]
  const begin = performance.now()
  const note = (ranked: readonly string[]) => {
    const seen = new Set(ranked)
    quality.push({
      ms: performance.now() - begin,
      ndcg: ndcg([...ranked, ...byWords.filter(id => !seen.has(id))], qrels, CUT),
    })
  }
  const ranking = await reranker.rank(query, passages, {
    depth,
    signal,
    onPartial: ({ results }) => note(results.map(({ passage }) => passage.id)),
  })
  note(ranking.results.map(({ passage }) => passage.id))
  const { ms } = quality.at(-1)!
  return {
    query,
    pairs: passages.length,
    ms,
    pairsPerSecond: (1000 * passages.length) / ms,
    words: quality[0]!.ndcg,
    quality,
  }
}

/** The quality of the last order that was shown by then. */
export function qualityAt({ quality }: QueryResult, ms: number): number {
  return (quality.findLast(point => point.ms <= ms) ?? quality[0]!).ndcg
}

/** Mean quality over the queries, at every time at which the quality of one of them changed. */
export function meanQuality(results: readonly QueryResult[]): QualityPoint[] {
  const times = [...new Set(results.flatMap(({ quality }) => quality.map(({ ms }) => ms)))].sort((a, b) => a - b)
  return times.map(ms => ({ ms, ndcg: mean(results.map(result => qualityAt(result, ms))) }))
}

export function summarize(results: readonly QueryResult[]): BenchReport['summary'] {
  const curve = meanQuality(results)
  const from = curve[0]?.ndcg ?? 0
  const to = curve.at(-1)?.ndcg ?? 0
  return {
    pairsPerSecond: median(results.map(({ pairsPerSecond }) => pairsPerSecond)),
    ndcg10: to,
    ndcg10Words: from,
    halfGainMs: curve.find(({ ndcg }) => ndcg >= (from + to) / 2)?.ms ?? 0,
  }
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length === 0 ? 0 : (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2
}
