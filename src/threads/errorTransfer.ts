import { type TransferHandler, transferHandlers } from 'comlink'
import { RerankError } from '../api/errors.js'
import { toWire } from './wireError.js'

interface Thrown {
  value: unknown
}

/**
 * Call this once in a worker: it sends a thrown RerankError whole. Comlink transfers only name, message and stack of an
 * error. Its marker for thrown values is private, so this wraps its handler.
 */
export function registerErrorSender(): void {
  const comlinkHandler = transferHandlers.get('throw') as TransferHandler<Thrown, unknown>
  transferHandlers.set('throw', {
    ...comlinkHandler,
    serialize: thrown =>
      thrown.value instanceof RerankError ? [toWire(thrown.value), []] : comlinkHandler.serialize(thrown),
  } satisfies TransferHandler<Thrown, unknown>)
}
