const DAMAGED = 'The file is damaged or of another model: download it again, or convert the checkpoint again.'
const INDEX_MISSING = 'Make the index with `mvp-rerank index` and serve its whole folder; check `src`.'

/**
 * The errors that this library raises in a page or in Node, with their remedies. A code is stable: it is safe to switch
 * on. The same object arrives on both sides of the worker.
 */
const catalogue = {
  // Input of a call
  'bad-query': 'Pass the query as a string.',
  'bad-passage': 'Pass each passage as a string or as an object with a string in `text`.',
  'bad-vector': 'Pass vectors and codes that one model made.',
  'bad-option': 'Check the option against the documentation of the call.',
  unsupported: 'Leave the option out, or use a model that can.',
  // A model's files
  'model-not-found': 'Check the name, URL or folder of the model; it must hold a manifest.json.',
  'bad-manifest': 'Convert the checkpoint again with this version of `mvp-rerank convert`.',
  'version-mismatch': 'Convert the checkpoint again, or use the version of mvp-rerank that made it.',
  'download-failed': 'Check the network and the server, then try again.',
  'hash-mismatch': "The file is not the manifest's: upload the whole model folder again, or clear the cache.",
  'bad-weights': DAMAGED,
  'bad-tokenizer': 'Use the tokenizer.json or spiece.model of the original model.',
  // A device
  'no-webgpu': "This browser offers no WebGPU adapter: use device 'auto' or 'wasm'.",
  'device-lost': "Try again, or use device 'wasm'.",
  'out-of-memory': "Use a smaller model, a quantized one, or device 'wasm'.",
  'self-check-failed': 'No device computes this model correctly here: update the browser or the GPU driver.',
  'runtime-failed': "Report the cause; try device 'wasm'.",
  // The life of a reranker
  'worker-failed': "Check that the worker's file is served and that the page policy allows it: docs/HOSTS.md.",
  disposed: 'Create a new reranker.',
  superseded: 'A newer call took the place of this one; nothing is wrong.',
  // A service elsewhere
  'service-failed': 'Check the address and the service, or give a fallback.',
  'service-refused': 'Check the key, the address and the request: the service refused it.',
  'bad-answer': 'Check that the service speaks this protocol.',
  'timed-out': 'Allow a longer deadline, send fewer passages, or give a fallback.',
  // A site's index
  'index-not-found': INDEX_MISSING,
  'bad-index': INDEX_MISSING,
  // Tensors of a model or of a checkpoint
  'missing-tensor': DAMAGED,
  'wrong-shape': DAMAGED,
  'unsupported-dtype': 'Save the checkpoint in float32, float16 or bfloat16.',
  'truncated-file': DAMAGED,
  'bad-header': DAMAGED,
  'bad-offsets': DAMAGED,
} as const

/**
 * Errors of the indexer, the converter and the command line alone. Their remedies stay out of pages: cli/remedies.ts.
 */
export type ToolErrorCode =
  | 'nothing-to-index'
  | 'not-a-folder'
  | 'missing-file'
  | 'bad-config'
  | 'unknown-architecture'
  | 'missing-shard'
  | 'unsafe-pickle'
  | 'legacy-pickle'
  | 'bad-zip'
  | 'output-exists'
  | 'bad-usage'
  | 'bad-line'
  | 'bad-data'

/** @example if (error instanceof RerankError && error.code === 'download-failed') retry() */
export type ErrorCode = keyof typeof catalogue | ToolErrorCode

export interface RerankErrorOptions {
  cause?: unknown
  /** The place in the caller's list (passage, line) that the error is about. */
  index?: number
  /** Overrides the catalogue's advice where more is known. */
  remedy?: string | undefined
}

/** On the errors of every copy of this class. */
const MARK = Symbol.for('mvp-rerank.RerankError')

/**
 * The one error class of this library: a stable `code`, what happened (`message`) and what to do (`remedy`). Each of
 * the package's entries brings a copy of the class; to `instanceof` an error of one is an instance of all.
 */
export class RerankError extends Error {
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: a subclass that somebody makes has no instances but its own
    if (this !== RerankError) return super[Symbol.hasInstance](value)
    return (value as { [MARK]?: true } | null | undefined)?.[MARK] === true
  }

  override readonly name = 'RerankError'
  readonly code: ErrorCode
  readonly remedy: string
  readonly index?: number

  constructor(code: ErrorCode, message: string, options: RerankErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.remedy = options.remedy ?? (catalogue as Partial<Record<ErrorCode, string>>)[code] ?? ''
    if (options.index !== undefined) this.index = options.index
  }

  /** On the prototype, where nobody who prints or compares an error sees it. */
  get [MARK](): true {
    return true
  }
}
