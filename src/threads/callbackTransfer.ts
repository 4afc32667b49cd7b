import { type TransferHandler, transferHandlers } from 'comlink'

/** A callback from the other side of the thread. */
export type PortCallback<T> = ((value: T, transfer?: readonly Transferable[]) => void) & { [closePort]?: () => void }

/** Closes the port after the last call. Absent if the callback crossed no thread. */
export const closePort = Symbol('close port')

/**
 * Call this once in a worker: it receives callbacks, which `remoteService` sends on a port each. Comlink's proxy would
 * answer each call of a callback although no caller waits: a second message for every provisional ranking, which
 * interrupts the worker.
 */
export function registerCallbackTransfer(): void {
  transferHandlers.set('port callback', {
    // No worker sends a callback.
    canHandle: (_): _ is never => false,
    serialize: port => [port, [port]],
    deserialize: port =>
      Object.assign(
        (value: unknown, transfer: readonly Transferable[] = []) => port.postMessage(value, [...transfer]),
        {
          [closePort]: () => port.close(),
        },
      ) satisfies PortCallback<unknown> as never,
  } satisfies TransferHandler<never, MessagePort>)
}
