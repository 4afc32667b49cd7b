import type { Qrels } from './metrics.js'

/** A query with what judges say of its passages, and the candidates of a first stage. */
export interface EvalQuery {
  id: string
  text: string
  qrels: Qrels
  /** Best first, as the first stage has them; found and read only when asked for. */
  candidates(): Promise<EvalCandidate[]>
}

export interface EvalCandidate {
  /** Belongs to its query: in some sets the ids start anew with each query. */
  id: string
  title: string
  text: string
  firstStageScore?: number
}

/** Queries from whichever files, in their order there. */
export interface EvalData {
  queries: AsyncIterable<EvalQuery>
  /** How many there will be, where that is known beforehand. */
  total?: number
  /** What the candidates come from, for the report. */
  firstStage: string
}
