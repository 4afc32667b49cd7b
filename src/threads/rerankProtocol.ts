import type { Depth } from '../api/models.js'
import type { CreateOptions, FusionOption, Progress, RerankerInfo, Status, WordMatch } from '../api/ranking.js'
import type { OrtFiles } from '../runtime/ortFiles.js'
import type { RuntimeChoice } from '../runtime/runtimePlan.js'
import type { FamilyFiles } from './familyFiles.js'

/** The interface between the client and the worker. The client numbers its requests; an id is used once. */
export interface RerankService {
  load(options: LoadRequest, onProgress: (p: Progress) => void, onStatus: (s: Status) => void): Promise<RerankerInfo>
  /** Starts with the first chunk. `add` brings the others, likeliest first, until `total` passages have arrived. */
  rank(
    id: number,
    request: RankRequest,
    first: Candidate[],
    onPartial?: ((ranking: RankingArrays) => void) | undefined,
  ): Promise<RankingArrays>
  add(id: number, chunk: Candidate[]): Promise<void>
  embed(id: number, texts: string[], tokens?: boolean, prompt?: string): Promise<Float32Array[]>
  encode(id: number, texts: string[]): Promise<Uint8Array[]>
  matches(id: number, query: string, texts: string[]): Promise<WordMatch[][]>
  /** Answered at once, whatever runs. */
  knownShares(texts: string[]): Promise<number[]>
  /**
   * Ends a request after the running batch; its promise rejects. Ignores unknown ids: the request may just have ended.
   */
  abort(id: number): Promise<void>
  /** Rejects with `device-lost` once the loaded model's device is lost, even while idle. */
  lost(): Promise<never>
  /** Holds the Web Lock of this name until the worker ends. Resolves once it is held. */
  holdLock(name: string): Promise<void>
  dispose(): Promise<void>
}

/** The files that a worker loads beside a model. */
export interface WorkerFiles {
  ort: OrtFiles
  families: FamilyFiles
}

export interface LoadRequest extends RuntimeChoice {
  /** URL of the model folder (a path in Node), ending in `/`. */
  model: string
  /**
   * What the worker should compute with; it refuses names that no worker has. With `auto`, onnxruntime gives way where
   * only WASM is left to it and the kernels can run the model: it rejects with `unsupported`.
   */
  runtime?: CreateOptions['runtime']
  depth?: Depth | undefined
  cacheBytes?: number | undefined
  codeCacheBytes?: number | undefined
  /** The addresses of files, if they are not beside the worker. */
  files?: WorkerFiles | undefined
}

export interface RankRequest {
  query: string
  total: number
  depth?: Depth | undefined
  refine?: number | undefined
  windows?: number | undefined
  fusion?: FusionOption | undefined
  /** Whether every passage has a vector or codes. */
  embedded: boolean
  topK?: number | undefined
  explain: boolean
}

export interface Candidate {
  /** Place in the caller's list. */
  index: number
  /** Title and text, joined. */
  context: string
  firstStageScore?: number | undefined
  /** Its embedding, if the caller gave one. */
  vector?: Float32Array | undefined
  /** Its codes, if the caller gave them: it is not embedded. */
  codes?: Uint8Array | undefined
}

/** A ranking as arrays, best first. It crosses from engine to client without copying thousands of results. */
export interface RankingArrays {
  /** Places in the caller's list. */
  indices: Uint32Array
  scores: Float32Array
  stages: Uint8Array
  /**
   * [result, 2]: start and end of the best window in the context; both 0 for a passage that was read whole. Absent if
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
