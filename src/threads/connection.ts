import type { RerankService } from './rerankProtocol.js'

/** The way to a service, in a worker or in this thread. */
export interface Connection<Service = RerankService> {
  service: Service
  /** Makes a callback fit to cross the thread. */
  callback: <F extends (...args: never[]) => void>(callback: F) => F
  /** Ends the other side, whatever it does. */
  close: () => Promise<void>
  /** Calls back, once, when the other side has died of itself. @returns a function that unsubscribes */
  onDeath: (listener: (error: Error) => void) => () => void
}
