import type { Evaluation, Measured } from './evaluate.js'
import type { ProgressFile } from './progressFile.js'
import type { EvalCandidate, EvalData, EvalQuery } from './queries.js'

/** One query, ranked. */
export interface RankedQuery {
  /** Ids, best first. */
  ranked: readonly string[]
  /** Orders of the same passages by other measured systems: the first stage, a single view. */
  others: Record<string, readonly string[]>
  /** Duration of the ranking, and of other systems if it differs. */
  seconds: number
  timings?: Record<string, number>
  /** The query's part of each output, in the progress file's order. */
  texts: readonly string[]
}

/** The record of a finished query in the progress file. */
export interface FinishedQuery {
  id: string
  /** Absent for a query without judgments. */
  measured?: Measured
  pairs: number
  seconds: number
  timings?: Record<string, number>
}

export interface Totals {
  queries: number
  pairs: number
  /** Spent on ranking. */
  seconds: number
  timings: Record<string, number>
  /** Queries that an earlier, interrupted run had finished. */
  resumed: number
}

export interface RerankAllOptions {
  rank(query: EvalQuery, candidates: EvalCandidate[]): Promise<RankedQuery>
  evaluation: Evaluation
  top: number
  limit: number
  progressFile?: ProgressFile<FinishedQuery> | undefined
  signal: AbortSignal
  onProgress(totals: Readonly<Totals>): void
}

/** The name under which the ranked order is measured. */
export const MODEL = 'model'

/** Ranks and measures query by query; skips those that the progress file lists as finished. */
export async function rerankAll(data: EvalData, options: RerankAllOptions): Promise<Totals> {
  const { rank, evaluation, top, limit, progressFile, signal, onProgress } = options
  const totals: Totals = { queries: 0, pairs: 0, seconds: 0, timings: {}, resumed: progressFile?.finished.length ?? 0 }
  const count = ({ measured, pairs, seconds, timings = {} }: FinishedQuery) => {
    if (measured) evaluation.add(measured)
    totals.queries++
    totals.pairs += pairs
    totals.seconds += seconds
    for (const [system, own] of Object.entries(timings)) totals.timings[system] = (totals.timings[system] ?? 0) + own
  }
  for (const query of progressFile?.finished ?? []) count(query)
  const known = new Set(progressFile?.finished.map(({ id }) => id))

  let read = 0
  for await (const query of data.queries) {
    signal.throwIfAborted()
    if (++read > limit) break
    if (known.has(query.id)) continue
    const candidates = (await query.candidates()).slice(0, top)
    const { ranked, others, seconds, timings, texts } = await rank(query, candidates)
    const measured = evaluation.measure(query, { [MODEL]: ranked, ...others })
    const done = {
      id: query.id,
      ...(measured && { measured }),
      pairs: candidates.length,
      seconds,
      ...(timings && { timings }),
    }
    await progressFile?.add(texts, done)
    count(done)
    onProgress(totals)
  }
  return totals
}
