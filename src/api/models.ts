/**
 * How a model file stores its weights.
 * - `q8`: 8 bits, unsigned, zero point 128, one scale per output column.
 * - `q4`: 4 bits, zero point 8, one scale per block of 32.
 * - `fp32`: 32-bit floats.
 */
export type Dtype = 'q8' | 'q4' | 'fp32'

/** The arithmetic of a device. WebGPU computes in `fp16` or `fp32`, WASM and Node in `int8` or `fp32`. */
export type Precision = 'fp16' | 'fp32' | 'int8'

/**
 * The number of encoder layers to run, from 1, or `'cascade'`: few layers for all candidates, then all layers for the
 * best of them.
 */
export type Depth = number | 'cascade'

/**
 * The name of a score that fusion weighs.
 * - `mvp`: MVP's score.
 * - `cosine`: the cosine between the embeddings of query and passage, −1 to 1.
 * - `lateInteraction`: the mean, over the query's tokens, of the best cosine among the passage's tokens, −1 to 1.
 * - `firstStage`: the passage's `firstStageScore`.
 */
export type Signal = 'mvp' | 'cosine' | 'lateInteraction' | 'firstStage'

/** The weight of each signal. It multiplies the signal's z-score in the list. */
export type SignalWeights = Record<Signal, number>

/**
 * Which signals a call fuses.
 * - `off`: none. MVP's scores decide alone.
 * - `given`: those that come with the passages (`firstStageScore`, `vector`).
 * - `embed`: those too, and passages without a vector are embedded.
 */
export type FusionMode = 'off' | 'given' | 'embed'

/** How a model fuses signals. The weights come with the model, in its manifest. */
export interface ModelFusion {
  /** The mode of a call that does not set `fusion`. */
  mode: FusionMode
  /** The weights of each mode, and of the first step of a cascade. Training fits them. */
  weights: Record<'given' | 'embed' | 'cascade', SignalWeights>
  /** The weights of `isAnswered`. Absent if they were not measured for this model. */
  answer?: AnswerWeights
}

/** The weights of the signs that a list answers a query. A weighted sum below 0 means that no passage answers it. */
export interface AnswerWeights {
  /** The constant of the sum. */
  bias: number
  /** The weight of `QueryResult.covered`. */
  covered: number
  /** The weight of the highest cosine in the list. */
  cosine: number
  /** The weight of the highest late interaction in the list. */
  lateInteraction: number
}
