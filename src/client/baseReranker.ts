import type { CohereRanking, Passage, Ranking, RankOptions, Reranker } from '../api/ranking.js'
import { type CallSignals, Calls } from './calls.js'
import { checkRankInput } from './checkInput.js'
import { toLatestIterable } from './latestIterable.js'
import { toCohere } from './ranking.js'

/** What rerankers share, wherever their model runs: checks, aborts, streams and formats. */
export abstract class BaseReranker<Info> implements Reranker<Info> {
  readonly #calls = new Calls()

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

  abstract embed(texts: readonly string[], options?: { signal?: AbortSignal }): Promise<Float32Array[]>

  async dispose(): Promise<void> {
    if (this.#calls.end()) await this.release()
  }

  /** Runs a call that ends with its signals or with the reranker. */
  protected run<R>(signals: CallSignals, call: (signal: AbortSignal) => Promise<R>): Promise<R> {
    return this.#calls.run(signals, call)
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
}
