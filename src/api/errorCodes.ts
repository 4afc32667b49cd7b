/** The codes of `RerankError`, grouped by subject. The file of each group beside this one holds the remedies. */

/** Of a call, a device or a worker: a page raises these itself. */
export type PageErrorCode =
  | 'bad-query'
  | 'bad-passage'
  | 'bad-vector'
  | 'bad-option'
  | 'unsupported'
  | 'device-lost'
  | 'out-of-memory'
  | 'worker-failed'
  | 'disposed'
  | 'superseded'

/** Of a model's files, its tensors and the devices that run it. */
export type ModelErrorCode =
  | 'model-not-found'
  | 'bad-manifest'
  | 'version-mismatch'
  | 'download-failed'
  | 'hash-mismatch'
  | 'bad-weights'
  | 'bad-tokenizer'
  | 'missing-tensor'
  | 'wrong-shape'
  | 'unsupported-dtype'
  | 'truncated-file'
  | 'bad-header'
  | 'bad-offsets'
  | 'no-webgpu'
  | 'self-check-failed'
  | 'runtime-failed'

/** Of a site's index. */
export type IndexErrorCode = 'index-not-found' | 'bad-index' | 'version-mismatch' | 'hash-mismatch'

/** Of a remote service. */
export type ServiceErrorCode = 'service-failed' | 'service-refused' | 'bad-answer' | 'timed-out'

/** Of the command line: converter, indexer, evaluation. */
export type ToolErrorCode =
  | 'not-a-folder'
  | 'missing-file'
  | 'bad-config'
  | 'unknown-architecture'
  | 'missing-shard'
  | 'unsafe-pickle'
  | 'legacy-pickle'
  | 'bad-zip'
  | 'output-exists'
  | 'nothing-to-index'
  | 'bad-usage'
  | 'bad-line'
  | 'bad-data'

/**
 * Codes are stable, so a program may switch on them. An error keeps its code across a worker.
 * @example if (error instanceof RerankError && error.code === 'download-failed') retry()
 */
export type ErrorCode = PageErrorCode | ModelErrorCode | IndexErrorCode | ServiceErrorCode | ToolErrorCode
