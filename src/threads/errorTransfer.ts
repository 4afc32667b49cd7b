import { type TransferHandler, transferHandlers } from 'comlink'
import type { ErrorCode } from '../api/errorCodes.js'
import { RerankError } from '../api/errors.js'

interface Thrown {
  value: unknown
}

interface WireError {
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

/**
 * Comlink transfers only name, message and stack of an error. Its marker for thrown values is private, so both
 * functions wrap its handler.
 */
const handler = () => transferHandlers.get('throw') as TransferHandler<Thrown, unknown>

/** Call this once in a worker: it sends a thrown RerankError whole. */
export function registerErrorSender(): void {
  const comlinkHandler = handler()
  transferHandlers.set('throw', {
    ...comlinkHandler,
    serialize: thrown =>
      thrown.value instanceof RerankError ? [toWire(thrown.value), []] : comlinkHandler.serialize(thrown),
  } satisfies TransferHandler<Thrown, unknown>)
}

/** Call this once in a page: it throws a RerankError as the worker sent it. */
export function registerErrorReceiver(): void {
  const comlinkHandler = handler()
  transferHandlers.set('throw', {
    ...comlinkHandler,
    deserialize: wire => {
      const { rerankError } = wire as Partial<WireError>
      if (rerankError) throw fromWire(rerankError)
      return comlinkHandler.deserialize(wire)
    },
  } satisfies TransferHandler<Thrown, unknown>)
}

function toWire(error: RerankError): WireError {
  const { code, message, remedy, stack, index } = error
  const cause = error.cause instanceof Error ? `${error.cause.name}: ${error.cause.message}` : error.cause
  return {
    rerankError: { code, message, remedy, stack, index, cause: cause === undefined ? undefined : String(cause) },
  }
}

function fromWire({ code, message, stack, cause, ...options }: WireError['rerankError']): RerankError {
  const error = new RerankError(code, message, { ...options, cause: cause && new Error(cause) })
  if (stack) error.stack = stack
  return error
}
