import type { ErrorCode } from '../api/errorCodes.js'
import { RerankError } from '../api/errors.js'

/** How a RerankError crosses the thread. */
export interface WireError {
  rerankError: {
    code: ErrorCode
    message: string
    remedy: string
    stack: string | undefined
    index: number | undefined
    /** The cause as text: it may hold values that cannot be cloned. */
    cause: string | undefined
  }
}

export function toWire(error: RerankError): WireError {
  const { code, message, remedy, stack, index } = error
  const cause = error.cause instanceof Error ? `${error.cause.name}: ${error.cause.message}` : error.cause
  return {
    rerankError: { code, message, remedy, stack, index, cause: cause === undefined ? undefined : String(cause) },
  }
}

/** The error as the worker threw it. */
export function fromWire({ code, message, stack, cause, ...options }: WireError['rerankError']): RerankError {
  const error = new RerankError(code, message, { ...options, cause: cause && new Error(cause) })
  if (stack) error.stack = stack
  return error
}
