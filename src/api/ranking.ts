import type { Depth, Dtype, ModelFusion, Precision, SignalWeights } from './models.js'

/** A passage with fields. It may have further fields: `RankedPassage.passage` is this same object. */
export interface PassageObject {
  /** Your identifier. It comes back as `RankedPassage.id`. */
  id?: string | number
  /** The title. The model reads it before the text, joined by a space. */
  title?: string
  /** The text. */
  text: string
  /**
   * The first stage's score (BM25, cosine …), on any scale; higher is better. If every passage has one, the model reads
   * the highest first. With `fusion`, its z-score within the list counts too.
   */
  firstStageScore?: number
  /**
   * The embedding of title and text, joined by a space, from `embed` of the same model. Its norm may be any above 0.
   * With `fusion`, its cosine counts, and the passage is not embedded again.
   */
  vector?: Float32Array | readonly number[]
  /**
   * The codes of title and text, joined by a space, from `encode` of the same model. With `fusion`, they count by
   * cosine and late interaction, and the model does not read the passage alone. With codes of other weights, or damaged
   * ones, the call rejects with `bad-vector`.
   */
  tokens?: Uint8Array
}

/** The signals that make up a passage's fused score. A signal is absent if the passage has none. */
export interface Signals {
  /** MVP's score. Absent below the top block of a cascade whose first step used embeddings. */
  mvp?: number
  /** The cosine between the embeddings of query and passage, −1 to 1. */
  cosine?: number
  /** The mean, over the query's tokens, of the best cosine among the passage's tokens, −1 to 1. */
  lateInteraction?: number
  /** The passage's `firstStageScore`. */
  firstStage?: number
}

/** The values of `RankOptions.fusion`, which explains them. */
export type FusionOption = boolean | { embed?: boolean; weights?: Partial<SignalWeights> }

/** A text that may answer the query, alone or with fields. */
export type Passage = string | PassageObject

/** A passage with its score. */
export interface RankedPassage<P extends Passage = Passage> {
  /** The passage's place in your list, from 0. */
  index: number
  /** The passage's own `id`, if it has one. */
  id?: string | number
  /**
   * The score; higher is better. It is never a probability.
   * - An MVP model: the mean, over the views, of anchor · relevance vector.
   * - Fused signals: the weighted sum of their z-scores.
   * - A pointwise model: the raw logit of query and passage.
   *
   * The first two depend on the whole list, so you cannot compare them between calls or stages. A logit depends only on
   * the query and the passage.
   */
  score: number
  /**
   * The block of the ranking, from 0. A passage of a higher stage ranks above all those of a lower one. In stage 0, the
   * model scored the passage with the whole list. The best reach higher stages: a cascade reads them at full depth
   * (`depth: 'cascade'`), then `refine` decodes their anchors again.
   */
  stage: number
  /**
   * The part of the text that gave the score, in UTF-16 code units. Present if the passage was too long for the prompt,
   * so that the model read it in windows.
   * @example result.passage.text.slice(result.window.start, result.window.end)
   */
  window?: { start: number; end: number }
  /** Your own object or string, unchanged. */
  passage: P
  /** The score of each view, with `explain`. Their mean is MVP's score. */
  views?: number[]
  /** The fused signals, with `explain`. Absent if none were fused. */
  signals?: Signals
}

/** A ranked list, or its state while the model still reads. */
export interface Ranking<P extends Passage = Passage> {
  /** The passages read so far, at most `topK`: highest stage first, then highest score. */
  results: RankedPassage<P>[]
  /** Whether this ranking is final. A provisional one is `false`: the model will read more passages. */
  done: boolean
  /** The number of passages read so far. */
  encoded: number
  /** The number of passages in your list. */
  total: number
}

/** A ranking in the form that Cohere's rerank service and similar ones return. */
export interface CohereRanking {
  /** Best first. `index` is the place in your list, from 0. `relevance_score` is `RankedPassage.score`. */
  results: { index: number; relevance_score: number }[]
}

/** The options of `rank` and `stream`. Each is optional. */
export interface RankOptions<P extends Passage = Passage> {
  /**
   * The largest number of results, from 1.
   * @default all
   */
  topK?: number
  /** Ends the call. It rejects with `signal.reason`, at the latest after the current batch. */
  signal?: AbortSignal
  /**
   * Whether a newer call with `supersede: true` ends this one, for search as you type. The older call then rejects with
   * code `superseded`.
   * @default false
   * @example
   * input.oninput = () =>
   *   reranker.rank(input.value, passages, { supersede: true }).then(show, ignoreSuperseded)
   */
  supersede?: boolean
  /**
   * The number of best passages over which the anchors are decoded again, for a sharper order at the top. 0 skips this
   * step. A pointwise model rejects any other number with code `unsupported`.
   * @default the manifest's; 0 for converted checkpoints
   */
  refine?: number
  /**
   * Fuses MVP's scores with other signals, by weights that come with the model.
   * - `false`: uses MVP's scores alone.
   * - `{ embed: false }`: adds the signals given with the passages (`firstStageScore`, `vector`), at next to no cost.
   * - `{ embed: true }`: also embeds passages without a vector, which adds late interaction. This takes about as long
   *   as ranking. A cache keeps the embeddings, so the model embeds each text only once.
   * - `true`: uses the model's default, or `{ embed: false }` if that default is `false`.
   *
   * `weights` replaces the model's weights, signal by signal. They weigh z-scores. Set them if your first stage is
   * better or worse than word search.
   * @default the manifest's; false for converted checkpoints
   * @example
   * const passages = hits.map(hit => ({ text: hit.text, firstStageScore: hit.bm25 }))
   * await reranker.rank(query, passages, { fusion: { embed: true } })
   */
  fusion?: FusionOption
  /**
   * The largest number of windows for a passage that is too long for the prompt, from 1. Windows overlap. The best one
   * gives the score, and `RankedPassage.window` names it. A window costs as much as a passage. With 1, the model does
   * not read the end of a long passage.
   * @default the manifest's; 1 for converted checkpoints
   */
  windows?: number
  /**
   * The number of encoder layers to run, one of `RerankerInfo.depths`. Fewer layers are faster and less precise.
   *
   * `'cascade'` runs the fewest layers for all passages, then all layers for the best quarter, at least ten. These rank
   * above the rest. It takes about half the time. With `fusion`, the fused scores choose the quarter. If every passage
   * has an embedding (`vector`, or `fusion: { embed: true }`), embeddings replace the first layers. With vectors given,
   * ranking takes about a quarter of the time.
   * @default the depth that the reranker was created with
   * @example reranker.rank(query, passages, { depth: 'cascade' })
   */
  depth?: Depth
  /**
   * Whether results also carry the score of each view and the fused signals. A pointwise model rejects `true` with code
   * `unsupported`.
   * @default false
   */
  explain?: boolean
  /**
   * Receives a provisional ranking after each batch. The cost grows with the list, and is small up to thousands of
   * passages.
   */
  onPartial?: (ranking: Ranking<P>) => void
}

/** The progress of loading a model. */
export interface Progress {
  /**
   * The step, which sets the unit of `loaded` and `total`.
   * - `download`: bytes of the model's files.
   * - `load`: graphs built.
   * - `check`: steps of the device's self-check.
   */
  phase: 'download' | 'load' | 'check'
  /** The part that is done. */
  loaded: number
  /** The whole. */
  total: number
}

/** Where a model runs: on the GPU, on WebAssembly, or, in Node, on onnxruntime-node. */
export type Device = 'webgpu' | 'wasm' | 'cpu'

/** An event of the device or of the model's files. Events arrive in order. */
export type Status = DeviceStatus | FilesStatus

/** An event of the device. */
export interface DeviceStatus {
  /**
   * - `chosen`: the device passed the self-check and runs the model.
   * - `stepped-down`: the device failed or is slower, so the next one is tried.
   * - `lost`: the GPU, the memory or the worker was lost.
   * - `recovered`: the model runs again.
   */
  kind: 'chosen' | 'stepped-down' | 'lost' | 'recovered'
  /** The device that the event is about. */
  device: Device
  /** Its arithmetic. */
  precision: Precision
  /** The reason, in words for a person. */
  reason: string
}

/** An event of the model's files. */
export interface FilesStatus {
  /**
   * - `not-cached`: the model works, but the browser does not keep it (private window, insecure page, storage full).
   *   The next visit downloads it again.
   * - `offline`: the server did not answer, so the reranker uses the model of an earlier visit.
   */
  kind: 'not-cached' | 'offline'
  /** The reason, in words for a person. */
  reason: string
}

/** The options of `createReranker`. Each is optional. */
export interface CreateOptions {
  /**
   * The name of a model in `modelBase`, or the URL of a model folder. In Node, also the path of one.
   * @default 'mvp-mini'
   */
  model?: string
  /**
   * The folder that holds models by name.
   * @default `models/` beside the page; in Node, the package's own models
   */
  modelBase?: string | undefined
  /**
   * Where to compute. In a page, `auto` is WebGPU if a real adapter passes the model's self-check, else WASM. In Node,
   * `auto` is `cpu` if onnxruntime-node is installed and passes it, else `wasm`.
   * @default 'auto'
   */
  device?: 'auto' | 'webgpu' | 'wasm' | 'cpu'
  /**
   * What runs the model.
   * - `onnxruntime`: onnxruntime-web on WebGPU or WASM; in Node, onnxruntime-node if it is installed.
   * - `kernels`: the library's own kernels on WASM, in int8, about twice as fast. A page downloads no onnxruntime. They
   *   take quantized models that are wired like BERT, such as `mvp-mini`. With other models, `createReranker` rejects
   *   with code `unsupported`.
   * - `auto`: onnxruntime on a GPU; the kernels where there is none, and where it fails, is slow or is lost twice;
   *   onnxruntime on WASM where the kernels cannot run the model. In Node, onnxruntime-node takes the GPU's place.
   *
   * A worker that you name (`workerUrl`, `createWorker`) determines this itself: `kernels.worker.js` uses the kernels.
   * @default 'auto'
   */
  runtime?: 'auto' | 'onnxruntime' | 'kernels'
  /**
   * The arithmetic. On WebGPU, `auto` is fp16 if adapter and model allow it, else fp32. On WASM and in Node, it is int8
   * for quantized models and fp32 for others.
   * @default 'auto'
   */
  precision?: 'auto' | Precision
  /**
   * The number of encoder layers to run, or `'cascade'`. A call may set another depth.
   * @default the manifest's
   */
  depth?: Depth
  /**
   * The number of threads of WASM, or, in Node, of onnxruntime-node. In a page, more than one needs cross-origin
   * isolation.
   * @default 'auto': the number of cores, at most 8
   */
  threads?: 'auto' | number
  /**
   * The URL of `rerank.worker.js`, or of `kernels.worker.js`. Not for Node.
   * @default beside this module
   */
  workerUrl?: string | URL
  /**
   * Makes the worker, for a bundler that must see `new Worker(…)` itself. Each call must make a new one: the kernels'
   * threads run the same script. Not for Node.
   */
  createWorker?: () => Worker
  /**
   * The largest size of the cache of relevance vectors, in bytes.
   * @default 25165824 (24 MiB)
   */
  cacheBytes?: number
  /**
   * The most memory for the codes of passages that come again in later lists, in bytes; a passage takes about 3 kB. For
   * a later query, the model then reads such a passage only together with the query. Codes are kept under a hash of
   * weights and text, without the text, until `dispose`. Above 0, passages without a `vector` count by their codes,
   * even on first sight. Only a listwise model keeps codes.
   * @default 0
   */
  codeCacheBytes?: number
  /** Receives progress before `createReranker` resolves, and again while a lost device is replaced. */
  onProgress?: (progress: Progress) => void
  /** Receives events of the device and of the model's files, as long as the reranker exists. */
  onStatus?: (status: Status) => void
  /** Ends loading. `createReranker` rejects with `signal.reason`. */
  signal?: AbortSignal
}

/** The result of a device's self-check: it must reproduce the known scores of the model's probe. */
export interface Verdict {
  /** The largest absolute difference from the scores of full precision. */
  error: number
  /** The largest error allowed: at most three times the one that the converter measured at this precision. */
  tolerance: number
  /**
   * Whether the device passed the whole self-check on an earlier visit, so that only the deepest exit was checked
   * again.
   */
  known: boolean
}

/** How a model scores. `RerankerInfo.scoring` explains each. */
export type Scoring = 'listwise' | 'pointwise' | 'similarity' | 'late-interaction'

/** The model, its device and its defaults. */
export interface RerankerInfo {
  /** The model's name. */
  model: string
  /**
   * The SHA-256 over the hashes of the model's files, in hex. It tells apart models of the same name with different
   * weights. You cannot compare embeddings of different weights.
   */
  weights: string
  /** How the model file stores weights. */
  dtype: Dtype
  /** The device that passed the self-check. */
  device: Device
  /** The arithmetic of the device. */
  precision: Precision
  /** The name of the GPU, as far as the browser reveals it. Absent on WASM. */
  adapter?: string
  /** The number of threads. It is 1 in a page that is not cross-origin isolated. */
  threads: number
  /**
   * What scores depend on.
   * - `listwise`: on the whole list. Compare scores only within one stage of one ranking.
   * - `pointwise` (a converted cross-encoder): on the query and the passage alone. You can compare scores between calls
   *   with the same query.
   * - `similarity` (a converted embedder): the cosine of query and passage, each read alone.
   * - `late-interaction` (a converted ColBERT): the sum, over the query's tokens, of the best cosine among the
   *   passage's tokens.
   */
  scoring: Scoring
  /** The number of views; 0 for a model that is not listwise. */
  views: number
  /** The depths that a call may ask for, in encoder layers. */
  depths: number[]
  /** The depth of a call that does not set one. */
  depth: Depth
  /** The default of `fusion`, and the weights. Absent if the manifest has none. */
  fusion?: ModelFusion
  /** The longest prompt in tokens, query and passage together. */
  maxLength: number
  /** The names that `embed` takes as `prompt`. Absent if the model has none. */
  prompts?: string[]
  /** The versions of this library and of onnxruntime, which is absent if the library's own kernels compute. */
  versions: { 'mvp-rerank': string; onnxruntime?: string | undefined }
  /** The result of the device's self-check. */
  verdict: Verdict
}

/** The options of `embed`. Each is optional. */
export interface EmbedOptions {
  /** Ends the call. It rejects with `signal.reason`. */
  signal?: AbortSignal
  /**
   * Whether the vectors of a text's tokens follow its own vector in the array, [1 + tokens, width], each of unit length
   * and all from one run. `QueryOptions.vector` takes this form, for late interaction.
   * @default false
   */
  tokens?: boolean
  /**
   * The name of one of the model's prompts, `info.prompts`. Models that were trained with a prompt for queries need
   * `'query'` for them.
   * @default the prompt of passages
   */
  prompt?: string
}

/**
 * A word of the query, and the word of a text that has the closest token. Places are in UTF-16 units; the end is
 * excluded.
 */
export interface WordMatch {
  /** The word's place in the query. */
  query: [start: number, end: number]
  /** The word's place in the text. */
  text: [start: number, end: number]
  /**
   * The cosine of the two tokens: what the word adds to late interaction, before the mean over all tokens of the query.
   */
  cosine: number
}

/**
 * Ranks and embeds texts: a model loaded here, which runs its calls one at a time, in order, or a client of a service.
 * @typeParam Info what the reranker knows of itself: a remote one knows less than a local one
 */
export interface Reranker<Info = RerankerInfo> {
  /**
   * Ranks passages by how well they answer the query.
   * @param query the text to search for
   * @param passages tested up to 10,000; an empty list gives an empty ranking
   * @throws RerankError `bad-query`, `bad-passage` (with `index`) or `bad-option` for input of the wrong type or range;
   * `unsupported` for an option that the model lacks
   * @throws RerankError `superseded` if a newer call replaced it; `disposed` after `dispose`
   * @throws RerankError `device-lost`, `out-of-memory`, `worker-failed` or `runtime-failed` if the device fails and no
   * new worker can take over; a code of `createReranker` if the model cannot be loaded again
   * @throws RerankError from a remote reranker: `service-failed`, `service-refused`, `bad-answer` or `timed-out`
   * @throws `signal.reason` if the signal aborts
   */
  rank<P extends Passage>(
    query: string,
    passages: readonly P[],
    options?: RankOptions<P> & { format?: 'native' },
  ): Promise<Ranking<P>>
  /**
   * Ranks passages, and returns them in the form of Cohere's rerank service.
   * @throws RerankError the codes of the form above, such as `bad-option`
   */
  rank<P extends Passage>(
    query: string,
    passages: readonly P[],
    options: RankOptions<P> & { format: 'cohere' },
  ): Promise<CohereRanking>
  /**
   * Ranks passages, and yields rankings that sharpen. The last one is final (`done`). A slow consumer sees only the
   * newest ones. Leaving the loop ends the call.
   * @throws RerankError the codes of `rank`, such as `bad-query`, `superseded` and `disposed`
   * @throws `signal.reason` if the signal aborts
   */
  stream<P extends Passage>(
    query: string,
    passages: readonly P[],
    options?: Omit<RankOptions<P>, 'onPartial'>,
  ): AsyncIterable<Ranking<P>>
  /**
   * Embeds texts on their own, without a query.
   * @returns one vector of unit length for each text
   * @throws RerankError `bad-passage` (with `index`) for a text that is not a string; `bad-option`
   * @throws RerankError `unsupported` if the model has no embeddings, and from a remote reranker
   * @throws RerankError `disposed`, `device-lost`, `out-of-memory`, `worker-failed` or `runtime-failed`, as in `rank`
   * @throws `signal.reason` if the signal aborts
   */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]>
  /**
   * Computes the codes of texts, for `PassageObject.tokens`: what late interaction and cosine need of a text, in about
   * 24 bytes per token. Codes name the model's weights. They are plain bytes, so any store can hold them. Encode title
   * and text, joined by a space.
   * @throws RerankError `bad-passage` (with `index`) for a text that is not a string; `bad-option`
   * @throws RerankError `unsupported` if the model has no embeddings or is remote; `disposed`, `device-lost`,
   * `out-of-memory` or `worker-failed`, as in `rank`
   * @throws `signal.reason` if the signal aborts
   * @example const codes = await reranker.encode(passages.map(({ title, text }) => `${title} ${text}`))
   * const coded = passages.map((passage, i) => ({ ...passage, tokens: codes[i] }))
   * await reranker.rank(query, coded)
   */
  encode(texts: readonly string[], options?: { signal?: AbortSignal }): Promise<Uint8Array[]>
  /**
   * Explains late interaction: for each text, it returns which words of the query met which words of the text. Texts
   * that were ranked recently are not read again.
   * @throws RerankError `bad-query`; `bad-passage` (with `index`) for a text that is not a string; `bad-option`;
   * `unsupported` if the model has no embeddings or is remote; `disposed`, `device-lost`, `out-of-memory` or
   * `worker-failed`, as in `rank`
   * @throws `signal.reason` if the signal aborts
   * @example const [met] = await reranker.matches('grow food', ['Plants make sugar.'])
   */
  matches(query: string, texts: readonly string[], options?: { signal?: AbortSignal }): Promise<WordMatch[][]>
  /**
   * Computes, for each text, the share of its letters that the model's vocabulary knows in pieces of two letters or
   * more, 0 to 1. Below 0.5, the text is noise to the model: it is in another script, or its words fall apart into
   * letters. For a text without words, the share is 1.
   * @throws RerankError `bad-passage` (with `index`) for a text that is not a string; `bad-option`
   * @throws RerankError `unsupported` from a remote reranker; `disposed`, `device-lost`, `out-of-memory` or
   * `worker-failed`, as in `rank`
   * @throws `signal.reason` if the signal aborts
   */
  knownShares(texts: readonly string[], options?: { signal?: AbortSignal }): Promise<number[]>
  /** The model, its device and its defaults. They change if a lost device is replaced. */
  readonly info: Info
  /** Frees the model's memory. Pending and later calls reject with code `disposed`. A second call does nothing. */
  dispose(): Promise<void>
}
