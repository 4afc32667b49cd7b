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
    /** The text of the cause, which itself may hold values that cannot be cloned. */
    cause: string | undefined
  }
}

/**
 * Comlink transfers only name, message and stack of an error. After this call, once on each side, a RerankError arrives
 * whole. Comlink's marker for thrown values is private, so its own handler is wrapped.
 */
export function registerErrorTransfer(): void {
  const comlinkHandler = transferHandlers.get('throw') as TransferHandler<Thrown, unknown>
  transferHandlers.set('throw', {
    canHandle: (value): value is Thrown => comlinkHandler.canHandle(value),
    serialize: thrown => {
      if (!(thrown.value instanceof RerankError)) return comlinkHandler.serialize(thrown)
      return [toWire(thrown.value), []]
    },
    deserialize: wire => {
      if (isWireError(wire)) throw fromWire(wire)
      return comlinkHandler.deserialize(wire)
    },
  } satisfies TransferHandler<Thrown, unknown>)
}

function isWireError(wire: unknown): wire is WireError {
  return typeof wire === 'object' && wire !== null && 'rerankError' in wire
}

function toWire(error: RerankError): WireError {
  const { code, message, remedy, stack, index } = error
  const cause = error.cause instanceof Error ? `${error.cause.name}: ${error.cause.message}` : error.cause
  return {
    rerankError: { code, message, remedy, stack, index, cause: cause === undefined ? undefined : String(cause) },
  }
}

function fromWire({ rerankError: { code, message, remedy, stack, index, cause } }: WireError): RerankError {
  const error = new RerankError(code, message, {
    remedy,
    ...(index === undefined ? {} : { index }),
    cause: cause === undefined ? undefined : new Error(cause),
  })
  if (stack !== undefined) error.stack = stack
  return error
}
