import type { Checkpoint } from './checkpoint.js'
import type { Evaluation, Measured } from './evaluate.js'
import type { EvalCandidate, EvalData, EvalQuery } from './queries.js'
import { formatRun } from './run.js'

/** One query, ranked. */
export interface RankedQuery {
  /** As it goes into the run, best first. */
  ranked: readonly { id: string; score: number }[]
  /** Orders of the same passages by other systems, to be measured beside it: the first stage, a single view. */
  others: Record<string, readonly string[]>
  /** What goes into further outputs, a text each. */
  texts?: readonly string[]
}

/** What is remembered of a finished query. */
export interface Finished {
  id: string
  /** Absent for a query without judgments. */
  measured?: Measured
  pairs: number
  seconds: number
}

export interface Totals {
  queries: number
  pairs: number
  /** Spent on ranking. */
  seconds: number
  /** Queries that an earlier, interrupted run had finished. */
  resumed: number
}

export interface RerankAllOptions {
  rank(query: EvalQuery, candidates: EvalCandidate[]): Promise<RankedQuery>
  evaluation: Evaluation
  top: number
  limit: number
  checkpoint?: Checkpoint<Finished> | undefined
  /** The run's last column. */
  tag: string
  signal: AbortSignal
  onProgress(totals: Readonly<Totals>): void
}

/** The name under which what was ranked is measured. */
export const MODEL = 'model'

/** Ranks and measures query by query, past those that the checkpoint says are finished. */
export async function rerankAll(data: EvalData, options: RerankAllOptions): Promise<Totals> {
  const { rank, evaluation, top, limit, checkpoint, tag, signal, onProgress } = options
  const totals: Totals = { queries: 0, pairs: 0, seconds: 0, resumed: checkpoint?.finished.length ?? 0 }
  const count = ({ measured, pairs, seconds }: Finished) => {
    if (measured) evaluation.add(measured)
    totals.queries++
    totals.pairs += pairs
    totals.seconds += seconds
  }
  for (const query of checkpoint?.finished ?? []) count(query)
  const known = new Set(checkpoint?.finished.map(({ id }) => id))

  let read = 0
  for await (const query of data.queries) {
    signal.throwIfAborted()
    if (++read > limit) break
    if (known.has(query.id)) continue
    const candidates = (await query.candidates()).slice(0, top)
    const start = performance.now()
    const { ranked, others, texts = [] } = await rank(query, candidates)
    const seconds = (performance.now() - start) / 1000
    const measured = evaluation.measure(query, { [MODEL]: ranked.map(({ id }) => id), ...others })
    const done = { id: query.id, ...(measured && { measured }), pairs: candidates.length, seconds }
    await checkpoint?.add([formatRun(query.id, ranked, tag), ...texts], done)
    count(done)
    onProgress(totals)
  }
  return totals
}
