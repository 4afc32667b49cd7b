import type { ErrorCode, PageErrorCode } from './errorCodes.js'

/**
 * Remedies of the errors that a page raises itself. Those of devices, models, indexes, remote services and tools have
 * files of their own, so a page's bundle does not carry their texts.
 */
const remedies: Record<PageErrorCode, string> = {
  // Input
  'bad-query': 'Pass the query as a string.',
  'bad-passage': 'Pass each passage as a string or as an object with a string in `text`.',
  'bad-vector': 'Pass vectors and codes that one model made.',
  'bad-option': 'Check the option against the documentation of the call.',
  unsupported: 'Leave the option out, or use a model that has the capability.',
  // Calls
  disposed: 'Create a new reranker.',
  superseded: 'A newer call took the place of this one; nothing is wrong.',
}

/** The options of `RerankError`. */
export interface RerankErrorOptions {
  /**
   * The error that caused this one.
   * @default none
   */
  cause?: unknown
  /**
   * The place, from 0, of the passage or line at fault in your list.
   * @default none
   */
  index?: number | undefined
  /**
   * What to do, if more is known than the code says.
   * @default the code's remedy
   */
  remedy?: string | undefined
}

/** Marks the errors of every copy of this class. */
const MARK = Symbol.for('mvp-rerank.RerankError')

/**
 * The only error class of this library. It says what happened (`message`), what to do (`remedy`) and which case it is
 * (`code`). Each entry of the package holds a copy of the class; `instanceof` accepts an error of any copy.
 */
export class RerankError extends Error {
  /** Accepts errors of every copy of this class. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: only this class accepts other copies; a subclass does not
    if (this !== RerankError) return super[Symbol.hasInstance](value)
    return (value as { [MARK]?: true } | null | undefined)?.[MARK] === true
  }

  /** Always `RerankError`, in every copy of the class. */
  override readonly name = 'RerankError'
  /** The stable code, for programs. */
  readonly code: ErrorCode
  /** What to do, for people. */
  readonly remedy: string
  /** The place, from 0, of the passage or line at fault in your list. Absent if the error is about no such thing. */
  readonly index?: number

  /** Makes an error of a page. Its code has a remedy. */
  constructor(code: PageErrorCode, message: string, options?: RerankErrorOptions)
  /** Makes an error of another code, which needs a remedy: see `withRemedies`. */
  constructor(code: ErrorCode, message: string, options: RerankErrorOptions & { remedy: string })
  constructor(code: ErrorCode, message: string, options: RerankErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.remedy = options.remedy ?? remedies[code as PageErrorCode]
    if (options.index !== undefined) this.index = options.index
  }

  /** @internal It is on the prototype, so printing or comparing an error does not show it. */
  get [MARK](): true {
    return true
  }
}

/** Makes errors of one group of codes, with the remedies of that group. */
export function withRemedies<Code extends ErrorCode>(remedies: Record<Code, string>) {
  return (code: Code, message: string, options: RerankErrorOptions = {}): RerankError =>
    new RerankError(code, message, { ...options, remedy: options.remedy ?? remedies[code] })
}
