import type { Depth } from '../api/models.js'
import type { FusionOption, Progress, RerankerInfo, Status, TokenEmbedding } from '../api/ranking.js'
import type { OrtFiles } from '../runtime/ortFiles.js'
import type { RuntimeChoice } from '../runtime/runtimePlan.js'

/** The interface between the client and the worker. The client numbers its requests; an id is used once. */
export interface RerankService {
  load(options: LoadRequest, onProgress: (p: Progress) => void, onStatus: (s: Status) => void): Promise<RerankerInfo>
  /** Starts with the first chunk. The others follow by `add`, likeliest first, until `total` passages have come. */
  rank(
    id: number,
    request: RankRequest,
    first: PassageChunk,
    onPartial?: ((ranking: RankingArrays) => void) | undefined,
  ): Promise<RankingArrays>
  add(id: number, chunk: PassageChunk): Promise<void>
  embed(id: number, texts: string[]): Promise<Float32Array[]>
  embedTokens(id: number, texts: string[]): Promise<TokenEmbedding[]>
  /** Answered at once, whatever runs. */
  knownShares(texts: string[]): Promise<number[]>
  /**
   * Ends a request after the batch that is running; its promise rejects. Unknown ids are ignored: the request may just
   * have ended.
   */
  abort(id: number): Promise<void>
  /** Rejects with `device-lost` once the device of the loaded model is lost, whether or not anything runs on it. */
  lost(): Promise<never>
  /** Holds the Web Lock of this name until the worker ends; resolves once it is held. */
  holdLock(name: string): Promise<void>
  dispose(): Promise<void>
}

export interface LoadRequest extends RuntimeChoice {
  /** URL of the model folder (a path in Node), ending in `/`. */
  model: string
  depth?: Depth | undefined
  cacheBytes: number
  /** Where onnxruntime-web's files are, if not beside the worker. */
  ortFiles?: OrtFiles | undefined
}

export interface RankRequest {
  query: string
  total: number
  depth?: Depth | undefined
  refine?: number | undefined
  windows?: number | undefined
  fusion?: FusionOption | undefined
  /** Whether every passage comes with a vector. */
  embedded: boolean
  topK?: number | undefined
  explain: boolean
}

export interface PassageChunk {
  /** Places in the caller's list. */
  indices: Uint32Array
  /** Title and text, joined. */
  contexts: string[]
  /** NaN where a passage has none; absent where none has. */
  firstStageScores?: Float32Array
  /** [passage, width], NaN where a passage has none; absent where none has. */
  vectors?: Float32Array
}

/** A ranking as arrays, best first: from the engine to the client, without a copy of thousands of results. */
export interface RankingArrays {
  /** Places in the caller's list. */
  indices: Uint32Array
  scores: Float32Array
  stages: Uint8Array
  /**
   * [result, 2]: start and end of the best window in the context, both 0 for a passage that was read whole; absent if
   * all were.
   */
  windows?: Uint32Array | undefined
  /** [result, view], with `explain`. */
  views?: Float32Array | undefined
  /** [result, signal] in the order of SIGNALS, with `explain` if signals were fused; NaN for an unknown signal. */
  signals?: Float32Array | undefined
  encoded: number
  done: boolean
}
