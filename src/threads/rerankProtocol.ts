import type { Depth, Precision } from '../api/models.js'
import type { FusionOption, Progress, RerankerInfo, Status } from '../api/ranking.js'
import type { OrtFiles } from '../runtime/ortFiles.js'

/** What crosses the thread, and nothing else. The client numbers its requests; an id is used once. */
export interface RerankService {
  load(options: LoadRequest, onProgress: (p: Progress) => void, onStatus: (s: Status) => void): Promise<RerankerInfo>
  /** Starts with the first chunk; the others follow by `add`, likeliest first, until `total` have come. */
  rank(
    id: number,
    request: RankRequest,
    first: PassageChunk,
    onPartial?: (ranking: WireRanking) => void,
  ): Promise<WireRanking>
  add(id: number, chunk: PassageChunk): Promise<void>
  embed(id: number, texts: string[]): Promise<Float32Array[]>
  /** Ends a request after the batch that is running; its promise rejects. Unknown ids are ignored: the request may just have ended. */
  abort(id: number): Promise<void>
  /** Rejects with `device-lost` once the device of the loaded model is lost, whether or not anything runs on it. */
  lost(): Promise<never>
  /** Holds the Web Lock of this name until the worker ends; resolves once it is held. */
  live(lock: string): Promise<void>
  dispose(): Promise<void>
}

export interface LoadRequest {
  /** URL of the model folder (a path in Node), ending in `/`. */
  model: string
  device: 'auto' | 'webgpu' | 'wasm' | 'cpu'
  precision: 'auto' | Precision
  /** 0: all cores, at most 8. */
  threads: number
  depth?: Depth
  cacheBytes: number
  /** Where onnxruntime-web's files are, if not beside the worker. */
  ortFiles?: OrtFiles | undefined
}

export interface RankRequest {
  query: string
  total: number
  depth?: Depth
  refine?: number
  windows?: number
  fusion?: FusionOption
  /** Whether every passage comes with a vector. */
  embedded: boolean
  topK?: number
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

/** A ranking as arrays, best first, so that thousands of results cost one copy. */
export interface WireRanking {
  indices: Uint32Array
  scores: Float32Array
  stages: Uint8Array
  /** [result, 2]: start and end in the context of the window that won, both 0 where a passage was read whole; absent where all were. */
  windows?: Uint32Array
  /** [result, view], with `explain`. */
  views?: Float32Array
  /** [result, signal], with `explain` where signals were fused; NaN where one is not known. */
  signals?: Float32Array
  encoded: number
  done: boolean
}
