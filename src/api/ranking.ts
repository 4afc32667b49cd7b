import type { Depth, Dtype, ModelFusion, Precision, SignalWeights } from './models.js'

/** A candidate. Extra fields are kept: the same object comes back in `RankedPassage.passage`. */
export interface PassageObject {
  /** Any identifier of yours; comes back in `RankedPassage.id`. */
  id?: string | number
  /** Put before the text, with a space. */
  title?: string
  text: string
  /**
   * The first stage's score (BM25, cosine …), on any scale, higher is better. It schedules, where all passages have
   * one: higher ones are encoded first. With `fusion` it also counts: by how far it stands out in the list.
   */
  firstStageScore?: number
  /**
   * The text's embedding, as `embed` of the same model gave it for title and text joined by a space; of any length
   * above zero. With `fusion` it counts, and the passage is not embedded again.
   */
  vector?: Float32Array | readonly number[]
}

/** What was known of a passage and fused into its score; what is missing was not known of it. */
export interface Signals {
  /**
   * MVP's score: the mean over the views. Missing below the top block of a cascade whose first step used the
   * embeddings.
   */
  mvp?: number
  /** Cosine between the embeddings of the query and of the passage. */
  cosine?: number
  /** Mean over the query's tokens of the best cosine among the passage's tokens. */
  lateInteraction?: number
  /** The passage's `firstStageScore`. */
  firstStage?: number
}

/** See `RankOptions.fusion`. */
export type FusionOption = boolean | { embed?: boolean; weights?: Partial<SignalWeights> }

export type Passage = string | PassageObject

export interface RankedPassage<P extends Passage = Passage> {
  /** The passage's place in the caller's list, from 0. */
  index: number
  /** The passage's own `id`, if it has one. */
  id?: string | number
  /**
   * Mean over the views of anchor · relevance vector; where signals were fused, the weighted sum of their z-scores; of
   * a pointwise model the raw logit of query and passage. Higher is better. Listwise scores depend on the whole list;
   * pointwise logits do not. No score is a probability, and listwise scores are not comparable between calls or between
   * stages.
   */
  score: number
  /**
   * 0: scored with the whole list. Higher: among the best, which were read again at full depth (`depth: 'cascade'`) or
   * decoded again (`refine`; with both, in this order). A higher stage ranks above a lower one.
   */
  stage: number
  /**
   * The part of `text` (of a string: of the passage) that counted, in UTF-16 units, where a passage was too long for
   * the prompt and read in several windows.
   * @example result.passage.text.slice(result.window.start, result.window.end)
   */
  window?: { start: number; end: number }
  /** The caller's own object or string, untouched. */
  passage: P
  /** With `explain`: the score of each view; MVP's score is their mean. */
  views?: number[]
  /** With `explain`, where signals were fused. */
  signals?: Signals
}

export interface Ranking<P extends Passage = Passage> {
  /**
   * Best first: blocks of falling stage, each ordered by its own score. Holds the passages encoded so far, at most
   * `topK`.
   */
  results: RankedPassage<P>[]
  /** False for a provisional ranking, of the passages encoded so far. */
  done: boolean
  /** Passages encoded so far, of `total`. */
  encoded: number
  total: number
}

/** The shape in which Cohere's and compatible rerank services answer. */
export interface CohereRanking {
  results: { index: number; relevance_score: number }[]
}

export interface RankOptions<P extends Passage = Passage> {
  /**
   * How many results to return.
   * @default all
   */
  topK?: number
  /** Aborting it rejects the call with `signal.reason`, at the latest after the batch that is running. */
  signal?: AbortSignal
  /**
   * A newer call with `supersede: true` ends this one, which then rejects with code `superseded`: search as you type.
   * @default false
   * @example input.oninput = () => reranker.rank(input.value, passages, { supersede: true }).then(show, ignoreSuperseded)
   */
  supersede?: boolean
  /**
   * Decode the anchors again over this many of the best, for a sharper order at the top. 0 for none. Pointwise models
   * cannot.
   * @default the manifest's (0 for converted checkpoints)
   */
  refine?: number
  /**
   * Fuse MVP's scores with what else is known of the passages, by the weights that came with the model. `false`: MVP's
   * scores alone. `{ embed: false }`: with what comes with the passages, `firstStageScore` and `vector`, at next to no
   * cost. `{ embed: true }`: passages that come without a vector are embedded too, each text once as long as the cache
   * holds it; that is what gives late interaction, and takes about as long as ranking. `true`: as the model does by
   * default, or `{ embed: false }` if it does nothing. `weights` take the place of the model's own, signal by signal:
   * of the z-scores that `explain` tells; for a first stage that knows more, or less, than word search.
   * @default the manifest's (false for converted checkpoints)
   * @example reranker.rank(query, hits.map(hit => ({ text: hit.text, firstStageScore: hit.bm25 })), { fusion: { embed: true } })
   */
  fusion?: FusionOption
  /**
   * Into how many overlapping windows a passage may be cut that is too long for the prompt; the best one counts and is
   * told in `result.window`. Each costs as much as a passage. 1: what is too long is cut at its end.
   * @default the manifest's (1 for converted checkpoints)
   */
  windows?: number
  /**
   * Encoder layers to run; one of `info.depths`. Fewer are faster and less precise. `'cascade'`: the fewest for all
   * passages, then all layers for the best quarter of them (at least ten), which make a block above the rest: about
   * half the time. With `fusion` the quarter is chosen by the fused scores; where the embedding of every passage is
   * given (`vector`) or made (`fusion: { embed: true }`) it takes the place of the first layers: a quarter of the time,
   * with vectors that are given.
   * @default the depth the reranker was created with
   * @example reranker.rank(query, passages, { depth: 'cascade' })
   */
  depth?: Depth
  /**
   * Also return the score of each view (pointwise models have none) and the signals that were fused.
   * @default false
   */
  explain?: boolean
  /**
   * Called with a provisional ranking after every batch of candidates that was encoded. Each one costs time in
   * proportion to what is ranked: little, up to thousands.
   */
  onPartial?: (ranking: Ranking<P>) => void
}

export interface Progress {
  /** download: bytes of the model's files; load: graphs built; check: the device proving itself. */
  phase: 'download' | 'load' | 'check'
  loaded: number
  total: number
}

export type Device = 'webgpu' | 'wasm' | 'cpu'

/** What happens to the device and to the model's files, in the order in which it happens. */
export type Status = DeviceStatus | FilesStatus

export interface DeviceStatus {
  kind: 'chosen' | 'stepped-down' | 'lost' | 'recovered'
  device: Device
  precision: Precision
  /** Why, in words fit for a person. */
  reason: string
}

export interface FilesStatus {
  /**
   * not-cached: the model works, but the browser does not keep it (private window, insecure page, storage full): it
   * will be downloaded again. offline: the server could not be asked for a newer model; the one kept from an earlier
   * visit is used.
   */
  kind: 'not-cached' | 'offline'
  /** Why, in words fit for a person. */
  reason: string
}

export interface CreateOptions {
  /**
   * A shipped model's name (looked for in `modelBase`), the URL of a model folder, or in Node a folder's path.
   * @default 'mvp-mini'
   */
  model?: string
  /**
   * Folder in which models are found by name.
   * @default `models/` beside the page
   */
  modelBase?: string
  /**
   * Where to compute. `auto`: WebGPU where a real adapter passes the model's probe, else WASM.
   * @default 'auto'
   */
  device?: 'auto' | 'webgpu' | 'wasm' | 'cpu'
  /**
   * How to compute. `auto`: on WebGPU fp16 where the adapter has it and the model allows it, else fp32; on WASM int8
   * for quantized models, fp32 for others.
   * @default 'auto'
   */
  precision?: 'auto' | Precision
  /**
   * Encoder layers to run, or `'cascade'`, unless a call asks for others.
   * @default the manifest's
   */
  depth?: Depth
  /**
   * WASM threads. More than one needs a cross-origin isolated page.
   * @default 'auto': the machine's cores, at most 8
   */
  threads?: 'auto' | number
  /** URL of `rerank.worker.js`, if it does not lie beside this module. */
  workerUrl?: string | URL
  /** Makes the worker, where a bundler wants to see `new Worker(…)` itself. */
  createWorker?: () => Worker
  /** Bound of the cache of relevance vectors, in bytes. @default 24 MiB */
  cacheBytes?: number
  /**
   * Called while the model is loaded: for the last time before `createReranker` resolves, or while a lost device is
   * replaced.
   */
  onProgress?: (progress: Progress) => void
  onStatus?: (status: Status) => void
  /** Aborts loading. */
  signal?: AbortSignal
}

/** The answer of the device to the model's probe. */
export interface Verdict {
  /** Largest absolute difference to the scores of full precision. */
  error: number
  /** What was allowed: at most three times the error that the converter saw at this precision. */
  tolerance: number
  /** An earlier visit saw the adapter pass the whole probe, so that only its deepest part was asked again. */
  known: boolean
}

export interface RerankerInfo {
  model: string
  /**
   * SHA-256 over the hashes of the model's files: models of one name and different weights differ here. Embeddings of
   * different weights are not comparable.
   */
  weights: string
  dtype: Dtype
  device: Device
  precision: Precision
  /** The GPU, as far as the browser names it; absent on WASM. */
  adapter?: string
  /** WASM threads; 1 on a page that is not cross-origin isolated. */
  threads: number
  /**
   * listwise: scores depend on the whole list, compare them within a stage of one ranking only. pointwise (a converted
   * cross-encoder): each passage's score is its logit, whatever the others are; it can be compared between calls of one
   * query.
   */
  scoring: 'listwise' | 'pointwise'
  /** 0 where the model is pointwise. */
  views: number
  /** Depths that can be asked for. */
  depths: number[]
  depth: Depth
  /** What `fusion` does unless a call says otherwise, and its weights; absent where the manifest has none. */
  fusion?: ModelFusion
  /** In tokens, query and passage together. */
  maxLength: number
  versions: { 'mvp-rerank': string; onnxruntime: string }
  verdict: Verdict
}

/** A text's embedding, with the vectors of its tokens. */
export interface TokenEmbedding {
  /** As `embed` gives it. */
  vector: Float32Array
  /** [token, width], each of unit length: the text's own tokens, without those that every text has. */
  tokens: Float32Array
}

/** @typeParam Info what it says of itself: of a reranker elsewhere less is known than of one in this browser */
export interface Reranker<Info = RerankerInfo> {
  /** Ranks the passages. @throws RerankError, or `signal.reason` */
  rank<P extends Passage>(
    query: string,
    passages: readonly P[],
    options?: RankOptions<P> & { format?: 'native' },
  ): Promise<Ranking<P>>
  rank<P extends Passage>(
    query: string,
    passages: readonly P[],
    options: RankOptions<P> & { format: 'cohere' },
  ): Promise<CohereRanking>
  /**
   * Rankings that sharpen; the last one is final (`done`). A consumer slower than the encoder sees only the newest.
   * Leaving the loop aborts.
   */
  stream<P extends Passage>(
    query: string,
    passages: readonly P[],
    options?: Omit<RankOptions<P>, 'onPartial'>,
  ): AsyncIterable<Ranking<P>>
  /** One vector of unit length a text, query-independent. @throws RerankError `unsupported` where the model cannot */
  embed(texts: readonly string[], options?: { signal?: AbortSignal }): Promise<Float32Array[]>
  /**
   * As `embed`, with the vectors of each text's tokens from the same run: for the late interaction of a site's index.
   * @throws RerankError `unsupported` where the model cannot
   */
  embedTokens(texts: readonly string[], options?: { signal?: AbortSignal }): Promise<TokenEmbedding[]>
  /**
   * Of each text the share of its letters, 0 to 1, that the model's vocabulary knows in pieces of two letters or more.
   * Below a half the text is noise to the model: another script, or words that fall apart into letters. A text without
   * words has 1. @throws RerankError `unsupported` from remote rerankers
   */
  knownShares(texts: readonly string[], options?: { signal?: AbortSignal }): Promise<number[]>
  readonly info: Info
  /** Frees the model's memory. Pending calls reject with code `disposed`. */
  dispose(): Promise<void>
}
