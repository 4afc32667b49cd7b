import { type TransferHandler, transferHandlers } from 'comlink'
import { type ErrorCode, RerankError } from '../api/errors.js'

interface Thrown {
  value: unknown
}

interface WireError {
  rerankError: { code: ErrorCode; message: string; remedy: string; stack?: string; index?: number; cause?: unknown }
}

/**
 * Comlink carries of an error only name, message and stack. With this, a RerankError arrives as the same object on the other side; to be
 * called once on each. Comlink's own marker for what was thrown is private, so its handler is wrapped.
 */
export function registerErrorTransfer(): void {
  const own = transferHandlers.get('throw') as TransferHandler<Thrown, unknown>
  transferHandlers.set('throw', {
    canHandle: (value): value is Thrown => own.canHandle(value),
    serialize: thrown => {
      if (!(thrown.value instanceof RerankError)) return own.serialize(thrown)
      return [toWire(thrown.value), []]
    },
    deserialize: wire => {
      if (isWireError(wire)) throw fromWire(wire)
      return own.deserialize(wire)
    },
  } satisfies TransferHandler<Thrown, unknown>)
}

function isWireError(wire: unknown): wire is WireError {
  return typeof wire === 'object' && wire !== null && 'rerankError' in wire
}

function toWire(error: RerankError): WireError {
  const { code, message, remedy, stack, index, cause } = error
  return {
    rerankError: {
      code,
      message,
      remedy,
      ...(stack === undefined ? {} : { stack }),
      ...(index === undefined ? {} : { index }),
      // A cause may hold what cannot be cloned; its text says enough.
      ...(cause === undefined
        ? {}
        : { cause: cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause) }),
    },
  }
}

function fromWire({ rerankError: { code, message, remedy, stack, index, cause } }: WireError): RerankError {
  const error = new RerankError(code, message, {
    remedy,
    ...(index === undefined ? {} : { index }),
    ...(cause === undefined ? {} : { cause: new Error(String(cause)) }),
  })
  if (stack !== undefined) error.stack = stack
  return error
}
