import { type TransferHandler, transferHandlers } from 'comlink'
import type { ErrorCode } from '../api/errorCodes.js'
import { RerankError } from '../api/errors.js'

interface Thrown {
  value: unknown
}

interface WireError {
  /** The arguments of its constructor. The cause, which may hold values that cannot be cloned, crosses as text. */
  rerankError: [
    code: ErrorCode,
    message: string,
    options: { remedy: string; index: number | undefined; cause: unknown },
  ]
  stack: string | undefined
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

function toWire({ code, message, remedy, index, cause, stack }: RerankError): WireError {
  const text = cause instanceof Error ? `${cause.name}: ${cause.message}` : cause && String(cause)
  return { rerankError: [code, message, { remedy, index, cause: text }], stack }
}

function fromWire({ rerankError: [code, message, { cause, ...options }], stack }: WireError): RerankError {
  const error = new RerankError(code, message, { ...options, cause: cause && new Error(cause as string) })
  return stack ? Object.assign(error, { stack }) : error
}
