import type { ErrorCode, PageErrorCode } from './errorCodes.js'

/**
 * The errors that a page raises itself, with their remedies. Those of a model's files, of an index, of a remote service
 * and of the tools stand in files of their own, so that a page carries the texts of its own errors alone.
 */
const remedies: Record<PageErrorCode, string> = {
  // Input of a call
  'bad-query': 'Pass the query as a string.',
  'bad-passage': 'Pass each passage as a string or as an object with a string in `text`.',
  'bad-vector': 'Pass vectors and codes that one model made.',
  'bad-option': 'Check the option against the documentation of the call.',
  unsupported: 'Leave the option out, or use a model that has the capability.',
  // A device
  'device-lost': "The GPU was reset or taken away: try again, or use device 'wasm'.",
  'out-of-memory': "Use a smaller model, a quantized one, or device 'wasm'.",
  // The life of a reranker
  'worker-failed': "Check that the worker's file is served and that the page policy allows it: docs/HOSTS.md.",
  disposed: 'Create a new reranker.',
  superseded: 'A newer call took the place of this one; nothing is wrong.',
}

export interface RerankErrorOptions {
  cause?: unknown
  /** The place in the caller's list (passage, line) that the error is about. */
  index?: number
  /** Takes the place of the code's own remedy where more is known. */
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

  /** A code that is not a page's own brings its remedy: see `modelError` and its neighbours. */
  constructor(code: PageErrorCode, message: string, options?: RerankErrorOptions)
  constructor(code: ErrorCode, message: string, options: RerankErrorOptions & { remedy: string })
  constructor(code: ErrorCode, message: string, options: RerankErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.remedy = options.remedy ?? remedies[code as PageErrorCode]
    if (options.index !== undefined) this.index = options.index
  }

  /** On the prototype, where nobody who prints or compares an error sees it. */
  get [MARK](): true {
    return true
  }
}
