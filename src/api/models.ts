/**
 * How the weights are stored. q8: u8, zero point 128, one scale per output column. q4: 4 bits, zero point 8, one scale
 * per block of 32.
 */
export type Dtype = 'q8' | 'q4' | 'fp32'

/** The arithmetic that the device uses. */
export type Precision = 'fp16' | 'fp32' | 'int8'

/** Encoder layers to run. `cascade`: few layers for all candidates, then all layers for the best of them. */
export type Depth = number | 'cascade'

/**
 * A score of one passage.
 * - mvp: MVP's score.
 * - cosine: between the embeddings of query and passage.
 * - lateInteraction: the mean, over the query's tokens, of the best cosine among the passage's tokens.
 * - firstStage: the passage's `firstStageScore`.
 */
export type Signal = 'mvp' | 'cosine' | 'lateInteraction' | 'firstStage'

/** The weight of each signal's z-score in the list. */
export type SignalWeights = Record<Signal, number>

/**
 * off: MVP's scores alone. given: with the signals given with the passages. embed: passages without a vector are
 * embedded too.
 */
export type FusionMode = 'off' | 'given' | 'embed'

export interface ModelFusion {
  /** The default of a call. */
  mode: FusionMode
  /** Fitted by mvp_train.fuse: for each mode, and for the first step of a cascade. */
  weights: Record<'given' | 'embed' | 'cascade', SignalWeights>
  /** How the signs that a list holds an answer are added up (`isAnswered`); absent where that was not measured. */
  answer?: AnswerWeights
}

/** A sum below 0 says that no passage answers the query. */
export interface AnswerWeights {
  bias: number
  /** Of `QueryResult.covered`. */
  covered: number
  /** Of the highest cosine. */
  cosine: number
  /** Of the highest late interaction. */
  lateInteraction: number
}
