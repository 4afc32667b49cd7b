import { RerankError } from '../api/errors.js'
import type { CohereRanking, EmbedOptions, Passage, Ranking, RankOptions, Reranker, WordMatch } from '../api/ranking.js'
import { linkSignals } from '../util/abort.js'
import { checkRankInput } from './checkInput.js'
import { toLatestIterable } from './latestIterable.js'
import { toCohere } from './ranking.js'

export interface CallSignals {
  signal?: AbortSignal | undefined
  /** Whether the call ends the last call that had this option. */
  supersede?: boolean | undefined
}

/**
 * The part that local and remote rerankers share: checks, aborts, streams and formats. A call ends with its own signal,
 * a newer call that supersedes it, or the reranker.
 */
export abstract class BaseReranker<Info> implements Reranker<Info> {
  /** Aborts the last call with `supersede`. */
  #superseding: AbortController | undefined
  readonly #running = new Set<AbortController>()
  #disposed = false

  abstract get info(): Info

  rank<P extends Passage>(
    query: string,
    passages: readonly P[],
    options?: RankOptions<P> & { format?: 'native' },
  ): Promise<Ranking<P>>
  rank<P extends Passage>(
    query: string,
    passages: readonly P[],
    options: RankOptions<P> & { format: 'cohere' },
  ): Promise<CohereRanking>
  async rank<P extends Passage>(
    query: string,
    passages: readonly P[],
    options: RankOptions<P> & { format?: 'native' | 'cohere' } = {},
  ): Promise<Ranking<P> | CohereRanking> {
    checkRankInput(query, passages, options as RankOptions)
    this.checkOptions(options as RankOptions)
    const ranking = await this.run(options, signal => this.rankUntil(signal, query, passages, options))
    return options.format === 'cohere' ? toCohere(ranking) : ranking
  }

  stream<P extends Passage>(
    query: string,
    passages: readonly P[],
    options: Omit<RankOptions<P>, 'onPartial'> = {},
  ): AsyncIterable<Ranking<P>> {
    const start = (push: (ranking: Ranking<P>) => void, signal: AbortSignal) =>
      this.rank(query, passages, { ...options, signal, onPartial: push })
    return toLatestIterable(start, options.signal)
  }

  abstract embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]>

  abstract encode(texts: readonly string[], options?: { signal?: AbortSignal }): Promise<Uint8Array[]>

  abstract matches(query: string, texts: readonly string[], options?: { signal?: AbortSignal }): Promise<WordMatch[][]>

  abstract knownShares(texts: readonly string[], options?: { signal?: AbortSignal }): Promise<number[]>

  async dispose(): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    for (const controller of this.#running) controller.abort(disposedError())
    await this.release()
  }

  /**
   * Runs a call with a signal that ends it.
   * @throws RerankError `disposed`, `superseded`, or what the call throws
   */
  protected async run<R>({ signal, supersede }: CallSignals, call: (signal: AbortSignal) => Promise<R>): Promise<R> {
    if (this.#disposed) throw disposedError()
    const { controller, release } = linkSignals([signal, supersede ? this.#supersede() : undefined])
    this.#running.add(controller)
    try {
      controller.signal.throwIfAborted()
      return await call(controller.signal)
    } finally {
      this.#running.delete(controller)
      release()
    }
  }

  /** @throws RerankError for options that this reranker lacks */
  protected abstract checkOptions(options: RankOptions): void

  protected abstract rankUntil<P extends Passage>(
    signal: AbortSignal,
    query: string,
    passages: readonly P[],
    options: RankOptions<P>,
  ): Promise<Ranking<P>>

  /** Called once, by the first `dispose`. */
  protected abstract release(): Promise<void>

  /** Ends the last superseding call. @returns the signal with which the next one ends this call */
  #supersede(): AbortSignal {
    this.#superseding?.abort(new RerankError('superseded', 'A newer call took the place of this one.'))
    this.#superseding = new AbortController()
    return this.#superseding.signal
  }
}

function disposedError(): RerankError {
  return new RerankError('disposed', 'The reranker was disposed.')
}
