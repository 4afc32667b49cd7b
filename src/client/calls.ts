import { RerankError } from '../api/errors.js'
import { linkSignals } from '../util/abort.js'

export interface CallSignals {
  signal?: AbortSignal | undefined
  /** Ends the last call that had this option. */
  supersede?: boolean | undefined
}

/**
 * The running calls of one reranker. Each ends with its own signal, with a newer call that supersedes it, or with the
 * reranker.
 */
export class Calls {
  #superseding: AbortController | undefined
  readonly #running = new Set<AbortController>()
  #ended = false

  /**
   * @param call gets the signal that ends it
   * @throws RerankError disposed, or what the call throws
   */
  async run<R>({ signal, supersede }: CallSignals, call: (signal: AbortSignal) => Promise<R>): Promise<R> {
    const superseded = supersede ? this.#supersede() : undefined
    if (this.#ended) throw disposal()
    const { controller, release } = linkSignals([signal, superseded])
    this.#running.add(controller)
    try {
      controller.signal.throwIfAborted()
      return await call(controller.signal)
    } finally {
      this.#running.delete(controller)
      release()
    }
  }

  /** Ends all calls and accepts no more. @returns whether this was the first time */
  end(): boolean {
    if (this.#ended) return false
    this.#ended = true
    for (const controller of this.#running) controller.abort(disposal())
    return true
  }

  /** @returns the signal with which the next superseding call ends this one */
  #supersede(): AbortSignal {
    this.#superseding?.abort(new RerankError('superseded', 'A newer call took the place of this one.'))
    this.#superseding = new AbortController()
    return this.#superseding.signal
  }
}

function disposal(): RerankError {
  return new RerankError('disposed', 'The reranker was disposed.')
}
