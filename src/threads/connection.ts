import type { RerankService } from './rerankProtocol.js'

/** A connection to a service, in a worker or in this thread. */
export interface Connection<Service = RerankService> {
  service: Service
  /** Wraps a callback so that it can cross the thread. */
  callback: <F extends (...args: never[]) => void>(callback: F) => F
  /** Ends the other side at once. */
  close: () => Promise<void>
  /** Calls the listener once if the other side dies. @returns a function that unsubscribes */
  onDeath: (listener: (error: Error) => void) => () => void
  /** How it died, if that was before it could do anything. */
  failedStart?: () => FailedStart | undefined
}

/** The worker's script could not be loaded; or the worker never returned from starting a thread. */
export type FailedStart = 'script' | 'thread'
