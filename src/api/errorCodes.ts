/** The codes of calls. A page raises these itself. `errors.ts` holds their remedies. */
export type PageErrorCode =
  | 'bad-query'
  | 'bad-passage'
  | 'bad-vector'
  | 'bad-option'
  | 'unsupported'
  | 'disposed'
  | 'superseded'

/** The codes of devices. `deviceErrors.ts` holds the remedies. */
export type DeviceErrorCode = 'device-lost' | 'out-of-memory'

/** The code of workers. Its remedy depends on the place: `threads/workerFailed.ts`. */
export type WorkerErrorCode = 'worker-failed'

/**
 * The codes of models: their files, their tensors and the devices that run them. `modelErrors.ts` holds the remedies.
 */
export type ModelErrorCode =
  | DownloadErrorCode
  | 'model-not-found'
  | 'bad-manifest'
  | 'version-mismatch'
  | 'hash-mismatch'
  | 'bad-weights'
  | 'bad-tokenizer'
  | 'missing-tensor'
  | 'truncated-file'
  | 'bad-header'
  | 'bad-offsets'
  | 'no-webgpu'
  | 'self-check-failed'
  | 'runtime-failed'

/** The codes of any download. `downloadErrors.ts` holds the remedies. */
export type DownloadErrorCode = 'download-failed'

/** The codes of a site's index. `indexErrors.ts` holds the remedies. */
export type IndexErrorCode = 'index-not-found' | 'bad-index' | 'version-mismatch' | 'hash-mismatch'

/** The codes of remote services. `serviceErrors.ts` holds the remedies. */
export type ServiceErrorCode = 'service-failed' | 'service-refused' | 'bad-answer' | 'timed-out'

/** The codes of the command line: converter, indexer, evaluation. `toolErrors.ts` holds the remedies. */
export type ToolErrorCode =
  | 'not-a-folder'
  | 'missing-file'
  | 'bad-config'
  | 'unknown-architecture'
  | 'missing-shard'
  | 'wrong-shape'
  | 'unsupported-dtype'
  | 'unsafe-pickle'
  | 'legacy-pickle'
  | 'bad-zip'
  | 'output-exists'
  | 'nothing-to-index'
  | 'bad-usage'
  | 'bad-line'
  | 'bad-data'

/**
 * The code of a `RerankError`. Codes are stable, so a program may switch on them. An error keeps its code across a
 * worker.
 *
 * Calls, devices and workers:
 * - `bad-query`: the query is not a string.
 * - `bad-passage`: a passage or a text has the wrong type, or its vector does not fit. `index` is its place.
 * - `bad-vector`: vectors and codes do not fit together.
 * - `bad-option`: an option is unknown, or its value has the wrong type or is out of range.
 * - `unsupported`: this model, device or place lacks what the call asks for.
 * - `device-lost`: the GPU was reset or taken away.
 * - `out-of-memory`: memory ran out.
 * - `worker-failed`: the worker did not start, or it died.
 * - `disposed`: the reranker or the search was disposed.
 * - `superseded`: a newer call replaced this one.
 *
 * Models:
 * - `model-not-found`: the name, URL or folder holds no model.
 * - `bad-manifest`: the manifest is damaged, or a field is wrong.
 * - `version-mismatch`: another version of this library made the model or the index.
 * - `download-failed`: the server kept failing or refused; a local file has a wrong size.
 * - `hash-mismatch`: a file of a model or an index does not have the hash that was promised.
 * - `bad-weights`: the weights are damaged, or another tool made them.
 * - `bad-tokenizer`: the tokenizer's file is damaged or of an unknown kind.
 * - `missing-tensor`, `wrong-shape`, `unsupported-dtype`, `truncated-file`, `bad-header`, `bad-offsets`: a file of
 *   tensors is incomplete, unfit or damaged.
 * - `no-webgpu`: you asked for WebGPU, and there is no adapter.
 * - `self-check-failed`: no device computes this model correctly.
 * - `runtime-failed`: onnxruntime failed.
 *
 * A site's index: `version-mismatch` and `hash-mismatch`, and
 * - `index-not-found`: the folder holds no index.
 * - `bad-index`: the index is damaged.
 *
 * Remote services:
 * - `service-failed`: the service could not be reached, or kept failing.
 * - `service-refused`: the service refused the request. A retry would not help.
 * - `bad-answer`: the answer breaks the protocol.
 * - `timed-out`: the deadline passed.
 *
 * Only on the command line: `not-a-folder`, `missing-file`, `bad-config`, `unknown-architecture`, `missing-shard`,
 * `unsafe-pickle`, `legacy-pickle`, `bad-zip`, `output-exists`, `nothing-to-index`, `bad-usage`, `bad-line`,
 * `bad-data`.
 * @example if (error instanceof RerankError && error.code === 'download-failed') retry()
 */
export type ErrorCode =
  | PageErrorCode
  | DeviceErrorCode
  | WorkerErrorCode
  | ModelErrorCode
  | IndexErrorCode
  | ServiceErrorCode
  | ToolErrorCode
