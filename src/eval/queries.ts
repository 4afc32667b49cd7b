import type { Qrels } from './metrics.js'

/** A query with its judgments and the candidates of a first stage. */
export interface EvalQuery {
  id: string
  text: string
  qrels: Qrels
  /** In the first stage's order, best first; loaded on demand. */
  candidates(): Promise<EvalCandidate[]>
}

export interface EvalCandidate {
  /** Belongs to its query: in some sets the ids start anew with each query. */
  id: string
  title: string
  text: string
  firstStageScore?: number
}

/** Queries in the order of their files. */
export interface EvalData {
  queries: AsyncIterable<EvalQuery>
  /** The number of queries, if known beforehand. */
  total?: number
  /** Name of the first stage, for the report. */
  firstStage: string
}
