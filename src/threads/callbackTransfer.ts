import { type TransferHandler, transferHandlers } from 'comlink'

/** A callback as the other side of the thread has it. */
export type PortCallback<T> = ((value: T, moved?: readonly Transferable[]) => void) & { [closePort]?: () => void }

/** Ends the way, once nobody will call any more. Absent where the callback crossed no thread. */
export const closePort = Symbol('hang up')

const marked = Symbol('one way')
type Marked = (value: unknown) => void

/** Makes a callback fit to cross the thread. */
export function toPortCallback<F extends (...args: never[]) => void>(callback: F): F {
  return Object.assign((value: never) => callback(...([value] as unknown as Parameters<F>)), {
    [marked]: true,
  }) as unknown as F
}

/**
 * To be called once on each side. Comlink's own proxy of a callback answers each call, though nobody waits: a second message, which interrupts the worker, for every
 * provisional ranking.
 */
export function registerCallbackTransfer(): void {
  transferHandlers.set('one way', {
    canHandle: (value): value is Marked => typeof value === 'function' && marked in value,
    serialize: callback => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = ({ data }) => callback(data)
      return [port2, [port2]]
    },
    deserialize: port =>
      Object.assign((value: unknown, moved: readonly Transferable[] = []) => port.postMessage(value, [...moved]), {
        [closePort]: () => port.close(),
      }) satisfies PortCallback<unknown>,
  } satisfies TransferHandler<Marked, MessagePort>)
}
