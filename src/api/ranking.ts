import type { Depth, Dtype, ModelFusion, Precision, SignalWeights } from './models.js'

/** A candidate. It may have further fields: `RankedPassage.passage` is this very object. */
export interface PassageObject {
  /** Any identifier of yours. It comes back in `RankedPassage.id`. */
  id?: string | number
  /** Read before the text, joined by a space. */
  title?: string
  text: string
  /**
   * The first stage's score (BM25, cosine …), on any scale; higher is better. If every passage has one, higher ones
   * are encoded first. With `fusion`, its z-score within the list counts too.
   */
  firstStageScore?: number
  /**
   * The embedding of title and text, joined by a space, from `embed` of the same model. Its norm may be any above zero.
   * With `fusion` it counts, and the passage is not embedded again.
   */
  vector?: Float32Array | readonly number[]
}

/** The signals that were fused into a passage's score. A signal is missing if the passage has none. */
export interface Signals {
  /**
   * MVP's score: the mean over the views. Missing below the top block of a cascade whose first step used embeddings.
   */
  mvp?: number
  /** Cosine between the embeddings of the query and of the passage. */
  cosine?: number
  /** The mean, over the query's tokens, of the best cosine among the passage's tokens. */
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
   * Higher is better. Of an MVP model: the mean over the views of anchor · relevance vector. With fused signals: the
   * weighted sum of their z-scores. Of a pointwise model: the raw logit of query and passage. Listwise scores depend on
   * the whole list, so they are not comparable between calls or stages; pointwise logits do not. No score is a
   * probability.
   */
  score: number
  /**
   * 0: scored with the whole list. Higher: one of the best, which were read again at full depth (`depth: 'cascade'`),
   * then decoded again (`refine`). A higher stage ranks above a lower one.
   */
  stage: number
  /**
   * Present if the passage was too long for the prompt and was read in several windows: the part of its text that
   * counted, in UTF-16 units.
   * @example result.passage.text.slice(result.window.start, result.window.end)
   */
  window?: { start: number; end: number }
  /** The caller's own object or string, untouched. */
  passage: P
  /** With `explain`: the score of each view. Their mean is MVP's score. */
  views?: number[]
  /** With `explain`: the signals, if any were fused. */
  signals?: Signals
}

export interface Ranking<P extends Passage = Passage> {
  /**
   * Best first, by falling stage and then by falling score. Holds the passages encoded so far, at most `topK`.
   */
  results: RankedPassage<P>[]
  /** False for a provisional ranking: more passages will be encoded. */
  done: boolean
  /** Passages encoded so far, of `total`. */
  encoded: number
  total: number
}

/** The answer of Cohere's rerank service and of those compatible with it. */
export interface CohereRanking {
  results: { index: number; relevance_score: number }[]
}

export interface RankOptions<P extends Passage = Passage> {
  /**
   * The largest number of results.
   * @default all
   */
  topK?: number
  /** Aborting it rejects the call with `signal.reason`, at the latest after the running batch. */
  signal?: AbortSignal
  /**
   * For search as you type: a newer call with `supersede: true` ends this one, which rejects with code `superseded`.
   * @default false
   * @example
   * input.oninput = () =>
   *   reranker.rank(input.value, passages, { supersede: true }).then(show, ignoreSuperseded)
   */
  supersede?: boolean
  /**
   * Decode the anchors again over this many of the best passages, for a sharper order at the top. 0: do not. A
   * pointwise model rejects with `unsupported`.
   * @default the manifest's (0 for converted checkpoints)
   */
  refine?: number
  /**
   * Fuse MVP's scores with other signals, by weights that come with the model.
   * - `false`: MVP's scores alone.
   * - `{ embed: false }`: add the signals given with the passages (`firstStageScore`, `vector`), at next to no cost.
   * - `{ embed: true }`: also embed passages that have no vector, which adds late interaction. This takes about as long
   *   as ranking. A text is embedded once, for as long as the cache holds it.
   * - `true`: the model's default, or `{ embed: false }` if that is `false`.
   *
   * `weights` replace the model's, signal by signal. They weigh z-scores. Set them for a first stage that is better or
   * worse than word search.
   * @default the manifest's (false for converted checkpoints)
   * @example
   * const passages = hits.map(hit => ({ text: hit.text, firstStageScore: hit.bm25 }))
   * await reranker.rank(query, passages, { fusion: { embed: true } })
   */
  fusion?: FusionOption
  /**
   * The most windows that a passage too long for the prompt is split into. Windows overlap. The best one gives the
   * score, and `result.window` names it. Each window costs as much as a passage. With 1, the end of a long passage is
   * not read.
   * @default the manifest's (1 for converted checkpoints)
   */
  windows?: number
  /**
   * Encoder layers to run, one of `info.depths`. Fewer are faster and less precise.
   *
   * `'cascade'` runs the fewest layers for all passages, then all layers for the best quarter of them (at least ten),
   * which rank above the rest. It takes about half the time. With `fusion`, the fused scores choose the quarter. If
   * every passage has an embedding (`vector`, or `fusion: { embed: true }`), that replaces the first layers: about a
   * quarter of the time with given vectors.
   * @default the depth that the reranker was created with
   * @example reranker.rank(query, passages, { depth: 'cascade' })
   */
  depth?: Depth
  /**
   * Also return the score of each view (pointwise models have none) and the fused signals.
   * @default false
   */
  explain?: boolean
  /**
   * Called with a provisional ranking after each encoded batch. Its cost grows with the list; up to thousands of
   * passages it is small.
   */
  onPartial?: (ranking: Ranking<P>) => void
}

export interface Progress {
  /** download: bytes of the model's files. load: graphs built. check: steps of the device's self-check. */
  phase: 'download' | 'load' | 'check'
  loaded: number
  total: number
}

export type Device = 'webgpu' | 'wasm' | 'cpu'

/** An event of the device or of the model's files. They arrive in order. */
export type Status = DeviceStatus | FilesStatus

export interface DeviceStatus {
  kind: 'chosen' | 'stepped-down' | 'lost' | 'recovered'
  device: Device
  precision: Precision
  /** The reason, in words for a person. */
  reason: string
}

export interface FilesStatus {
  /**
   * not-cached: the model works, but the browser does not keep it (private window, insecure page, storage full) and
   * will download it again. offline: the server did not answer, so the model kept from an earlier visit is used.
   */
  kind: 'not-cached' | 'offline'
  /** The reason, in words for a person. */
  reason: string
}

export interface CreateOptions {
  /**
   * The name of a model in `modelBase`, the URL of a model folder, or, in Node, the path of one.
   * @default 'mvp-mini'
   */
  model?: string
  /**
   * The folder that holds models by name.
   * @default `models/` beside the page
   */
  modelBase?: string
  /**
   * Where to compute. `auto`: WebGPU if a real adapter passes the model's self-check, else WASM.
   * @default 'auto'
   */
  device?: 'auto' | 'webgpu' | 'wasm' | 'cpu'
  /**
   * The arithmetic. `auto`: on WebGPU fp16 if the adapter has it and the model allows it, else fp32; on WASM int8 for
   * quantized models, fp32 for others.
   * @default 'auto'
   */
  precision?: 'auto' | Precision
  /**
   * Encoder layers to run, or `'cascade'`; a call may ask for others.
   * @default the manifest's
   */
  depth?: Depth
  /**
   * WASM threads. More than one needs a cross-origin isolated page.
   * @default 'auto': the number of cores, at most 8
   */
  threads?: 'auto' | number
  /** URL of `rerank.worker.js`, if it does not lie beside this module. */
  workerUrl?: string | URL
  /** Makes the worker, for a bundler that must see `new Worker(…)` itself. */
  createWorker?: () => Worker
  /** The largest size of the cache of relevance vectors, in bytes. @default 24 MiB */
  cacheBytes?: number
  /** Called while the model loads: before `createReranker` resolves, and again while a lost device is replaced. */
  onProgress?: (progress: Progress) => void
  onStatus?: (status: Status) => void
  /** Aborts loading. */
  signal?: AbortSignal
}

/** The result of the device's self-check. */
export interface Verdict {
  /** The largest absolute difference from the scores of full precision. */
  error: number
  /** The largest error allowed: at most three times the one that the converter measured at this precision. */
  tolerance: number
  /** The adapter passed the whole self-check on an earlier visit, so only its deepest part was repeated. */
  known: boolean
}

/** How a model scores; see `RerankerInfo.scoring`. */
export type Scoring = 'listwise' | 'pointwise' | 'similarity' | 'late-interaction'

export interface RerankerInfo {
  model: string
  /**
   * SHA-256 over the hashes of the model's files. It tells models of one name apart by their weights. Embeddings of
   * different weights are not comparable.
   */
  weights: string
  dtype: Dtype
  device: Device
  precision: Precision
  /** The GPU, as far as the browser names it. Absent on WASM. */
  adapter?: string
  /** WASM threads: 1 if the page is not cross-origin isolated. */
  threads: number
  /**
   * listwise: scores depend on the whole list. Compare them only within a stage of one ranking. pointwise (a converted
   * cross-encoder): a score is the passage's own logit. It is comparable between calls of one query. similarity (a
   * converted embedder): the cosine of query and passage, each read alone. late-interaction (a converted ColBERT): the
   * sum, over the query's tokens, of the best cosine among the passage's tokens.
   */
  scoring: Scoring
  /** 0 for all but listwise models. */
  views: number
  /** The depths that a call may ask for. */
  depths: number[]
  depth: Depth
  /** The default of `fusion` and its weights. Absent if the manifest has none. */
  fusion?: ModelFusion
  /** The longest prompt in tokens, query and passage together. */
  maxLength: number
  /** The names that `embed` takes as `prompt`. Absent if the model has none. */
  prompts?: string[]
  versions: { 'mvp-rerank': string; onnxruntime: string }
  verdict: Verdict
}

export interface EmbedOptions {
  signal?: AbortSignal
  /**
   * Whether the vectors of a text's own tokens, from the same run and of unit length, follow its vector:
   * [1 + token, width] in one array. `QueryOptions.vector` takes them so, for late interaction.
   * @default false
   */
  tokens?: boolean
  /**
   * The name of one of the model's prompts, `info.prompts`. Models that were trained with a prompt for queries need
   * `'query'` for them.
   * @default none: the prompt of passages
   */
  prompt?: string
}

/** @typeParam Info what is known of the reranker: less of a remote one than of one in this browser */
export interface Reranker<Info = RerankerInfo> {
  /**
   * Ranks the passages.
   * @throws RerankError `bad-query`, `bad-passage`, `bad-option` or `unsupported` for bad input; `superseded`,
   * `disposed`; `device-lost`, `out-of-memory`, `worker-failed` or a model's error if it cannot be computed
   * @throws `signal.reason`
   */
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
   * Yields rankings that sharpen; the last one is final (`done`). A slow consumer sees only the newest. Leaving the
   * loop aborts the call. Errors are those of `rank`.
   */
  stream<P extends Passage>(
    query: string,
    passages: readonly P[],
    options?: Omit<RankOptions<P>, 'onPartial'>,
  ): AsyncIterable<Ranking<P>>
  /**
   * Embeds texts on their own, without a query: one vector of unit length for each.
   * @throws RerankError `bad-passage` for bad input, `unsupported` if the model has no embeddings; else as `rank`
   */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]>
  /**
   * Of each text the share of its letters, 0 to 1, that the model's vocabulary knows in pieces of two letters or more.
   * Below a half the text is noise to the model: another script, or words that fall apart into letters. A text without
   * words has 1. @throws RerankError `unsupported` from remote rerankers
   */
  knownShares(texts: readonly string[], options?: { signal?: AbortSignal }): Promise<number[]>
  readonly info: Info
  /** Frees the model's memory. Pending and later calls reject with code `disposed`. */
  dispose(): Promise<void>
}
