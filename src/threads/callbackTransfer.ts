import { type TransferHandler, transferHandlers } from 'comlink'

/** A callback from the other side of the thread. */
export type PortCallback<T> = ((value: T, transfer?: readonly Transferable[]) => void) & { [closePort]?: () => void }

/** Closes the port after the last call. Absent if the callback crossed no thread. */
export const closePort = Symbol('close port')

const isPortCallback = Symbol('port callback')
type MarkedCallback = (value: unknown) => void

/** Marks a callback to cross the thread on its own port. */
export function toPortCallback<F extends (...args: never[]) => void>(callback: F): F {
  return Object.assign((value: never) => callback(...([value] as unknown as Parameters<F>)), {
    [isPortCallback]: true,
  }) as unknown as F
}

/**
 * Call this once on each side. Comlink's proxy would answer each call of a callback although no caller waits: a second
 * message for every provisional ranking, which interrupts the worker.
 */
export function registerCallbackTransfer(): void {
  transferHandlers.set('port callback', {
    canHandle: (value): value is MarkedCallback => typeof value === 'function' && isPortCallback in value,
    serialize: callback => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = ({ data }) => callback(data)
      return [port2, [port2]]
    },
    deserialize: port =>
      Object.assign(
        (value: unknown, transfer: readonly Transferable[] = []) => port.postMessage(value, [...transfer]),
        {
          [closePort]: () => port.close(),
        },
      ) satisfies PortCallback<unknown>,
  } satisfies TransferHandler<MarkedCallback, MessagePort>)
}
