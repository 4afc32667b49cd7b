/** The codes of `RerankError`, by what they are about. Each group's remedies stand in a file of their own, beside this one. */

/** Of a page itself. */
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

/** Of a service elsewhere. */
export type ServiceErrorCode = 'service-failed' | 'service-refused' | 'bad-answer' | 'timed-out'

/** Of the converter, the indexer, the evaluation and the command line. */
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
 * A code is stable: it is safe to switch on. The same error arrives on both sides of a worker.
 * @example if (error instanceof RerankError && error.code === 'download-failed') retry()
 */
export type ErrorCode = PageErrorCode | ModelErrorCode | IndexErrorCode | ServiceErrorCode | ToolErrorCode
