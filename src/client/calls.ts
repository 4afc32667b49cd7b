import { RerankError } from '../api/errors.js'
import { linkSignals } from '../util/abort.js'

export interface CallSignals {
  signal?: AbortSignal | undefined
  /** Ends the call that superseded before this one. */
  supersede?: boolean | undefined
}

/** The calls of one reranker that are under way. Each ends with its own signal, with a newer one that supersedes it, or with the reranker. */
export class Calls {
  #superseding: AbortController | undefined
  readonly #running = new Set<AbortController>()
  #ended = false

  /**
   * @param call is given the signal that ends it
   * @throws RerankError disposed; or whatever the call throws
   */
  async own<R>({ signal, supersede }: CallSignals, call: (signal: AbortSignal) => Promise<R>): Promise<R> {
    const superseded = supersede ? this.#supersede() : undefined
    if (this.#ended) throw disposal()
    const { ending, release } = linkSignals([signal, superseded])
    this.#running.add(ending)
    try {
      ending.signal.throwIfAborted()
      return await call(ending.signal)
    } finally {
      this.#running.delete(ending)
      release()
    }
  }

  /** Ends all of them, and takes no more. @returns whether this was the first time */
  end(): boolean {
    if (this.#ended) return false
    this.#ended = true
    for (const ending of this.#running) ending.abort(disposal())
    return true
  }

  /** @returns the signal by which the next one ends it */
  #supersede(): AbortSignal {
    this.#superseding?.abort(new RerankError('superseded', 'A newer call took the place of this one.'))
    this.#superseding = new AbortController()
    return this.#superseding.signal
  }
}

function disposal(): RerankError {
  return new RerankError('disposed', 'The reranker was disposed.')
}
