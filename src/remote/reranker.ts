import { RerankError } from '../api/errors.js'
import type { CohereRanking, Passage, RankedPassage, Ranking, RankOptions, Reranker } from '../api/ranking.js'
import { Calls } from '../client/calls.js'
import { checkRankInput, contextOf } from '../client/checkInput.js'
import { toLatestIterable } from '../client/latestIterable.js'
import { toCohere } from '../client/ranking.js'
import { linkSignals, raceAbort } from '../util/abort.js'
import { checkOptionNames } from '../util/checkOptionNames.js'
import type { Scored } from './protocol.js'
import { ServiceClient } from './serviceClient.js'
import type { RemoteInfo, RemoteOptions } from './types.js'

type AnyOptions<P extends Passage> = RankOptions<P> & { format?: 'native' | 'cohere' }

/** Requests of one split list that are under way at a time. */
const AT_ONCE = 4

/** A reranker elsewhere, behind the interface of the one in this browser. */
export class RemoteReranker implements Reranker<RemoteInfo> {
  readonly info: RemoteInfo
  // Hard privacy: printing a reranker must not print a key.
  readonly #options: RemoteOptions
  readonly #service: ServiceClient
  readonly #calls = new Calls()
  #made: Promise<Reranker<unknown>> | undefined
  /** When the service may be asked again after it failed, by `performance.now()`; undefined while it answers. */
  #failedUntil: number | undefined

  constructor(options: RemoteOptions) {
    checkOptionNames(options, 'url protocol key model deadline retries split fallback pause onStatus')
    this.#options = options
    for (const [name, least] of [
      ['deadline', 1],
      ['retries', 0],
      ['split', 1],
      ['pause', 0],
    ] as const) {
      const value = options[name]
      if (value === undefined || (Number.isFinite(value) && value >= least)) continue
      throw new RerankError('bad-option', `${name} must be a number from ${least} on.`)
    }
    this.#service = new ServiceClient(options)
    this.info = {
      device: 'remote',
      protocol: this.#service.protocol,
      url: this.#service.address,
      ...(options.model === undefined ? {} : { model: options.model }),
    }
  }

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
    options: AnyOptions<P> = {},
  ): Promise<Ranking<P> | CohereRanking> {
    checkRankInput(query, passages, options as RankOptions)
    for (const name of ['depth', 'refine', 'explain', 'fusion', 'windows'] as const) {
      if (!options[name]) continue
      throw new RerankError('unsupported', `The rerank protocols have no ${name}.`, {
        remedy: 'Leave the option out: the service decides.',
      })
    }
    const ranking = await this.#calls.own(options, signal => this.#answer(query, [...passages], options, signal))
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

  async embed(): Promise<Float32Array[]> {
    throw new RerankError('unsupported', 'The rerank protocols embed no texts.', { remedy: 'Use a local reranker.' })
  }

  async dispose(): Promise<void> {
    if (this.#calls.end()) await (await this.#made?.catch(() => undefined))?.dispose()
  }

  async #answer<P extends Passage>(
    query: string,
    passages: readonly P[],
    options: AnyOptions<P>,
    signal: AbortSignal,
  ): Promise<Ranking<P>> {
    const { fallback, pause = 10_000 } = this.#options
    if (fallback && this.#failedUntil !== undefined && performance.now() < this.#failedUntil) {
      return this.#byFallback(query, passages, options, signal)
    }
    try {
      const ranking = await this.#byService(query, passages, options, signal)
      if (this.#failedUntil !== undefined) this.#tell('recovered', 'The service answers again.')
      this.#failedUntil = undefined
      return ranking
    } catch (error) {
      signal.throwIfAborted()
      if (!fallback || !(error instanceof RerankError)) throw error
      // A refusal may be about this list alone.
      if (error.code !== 'service-refused') this.#failedUntil = performance.now() + pause
      this.#tell('fallback', error.message)
      return this.#byFallback(query, passages, options, signal)
    }
  }

  async #byFallback<P extends Passage>(
    query: string,
    passages: readonly P[],
    options: AnyOptions<P>,
    signal: AbortSignal,
  ): Promise<Ranking<P>> {
    const { fallback } = this.#options
    if (typeof fallback === 'function' && !this.#made) {
      this.#made = fallback()
      // One that could not be made is tried anew with the next call.
      this.#made.catch(() => {
        this.#made = undefined
      })
    }
    // It may take long to load; an abort does not wait for it.
    const local = await raceAbort((typeof fallback === 'function' ? this.#made : Promise.resolve(fallback))!, signal)
    const { topK, onPartial } = options
    return local!.rank(query, passages, {
      signal,
      ...(topK === undefined ? {} : { topK }),
      ...(onPartial === undefined ? {} : { onPartial }),
    })
  }

  async #byService<P extends Passage>(
    query: string,
    passages: readonly P[],
    options: AnyOptions<P>,
    outer: AbortSignal,
  ): Promise<Ranking<P>> {
    const { deadline = 10_000 } = this.#options
    const { topK = passages.length, onPartial } = options
    if (passages.length === 0) return { results: [], done: true, encoded: 0, total: 0 }
    const { ending, release } = linkSignals([outer])
    const until = performance.now() + deadline
    const clock = setTimeout(() => {
      ending.abort(new RerankError('timed-out', `${this.#service.address} did not answer within ${deadline} ms.`))
    }, deadline)
    const chunks = equalParts(passages.length, this.#options.split ?? passages.length)
    const found: Scored[] = []
    let encoded = 0
    const next = async (): Promise<void> => {
      for (let chunk = chunks.shift(); chunk; chunk = chunks.shift()) {
        const { from, to } = chunk
        const texts = passages.slice(from, to).map(contextOf)
        const asked = { query, texts, topK: options.topK, signal: ending.signal, until }
        for (const { index, score } of await this.#service.ask(asked)) found.push({ index: from + index, score })
        encoded += texts.length
        if (onPartial && encoded < passages.length) onPartial(toRanking(merged(found), passages, encoded, topK))
      }
    }
    const split = chunks.length > 1
    try {
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, chunks.length) }, next))
    } finally {
      // The other parts of a list that failed are of no use.
      ending.abort()
      clearTimeout(clock)
      release()
    }
    return toRanking(split ? merged(found) : found, passages, encoded, topK)
  }

  #tell(kind: 'fallback' | 'recovered', reason: string): void {
    try {
      this.#options.onStatus?.({ kind, reason })
    } catch (error) {
      // What a callback throws is its owner's to see.
      queueMicrotask(() => {
        throw error
      })
    }
  }
}

function equalParts(count: number, most: number): { from: number; to: number }[] {
  const parts = Math.ceil(count / most)
  return Array.from({ length: parts }, (_, part) => ({
    from: Math.floor((part * count) / parts),
    to: Math.floor(((part + 1) * count) / parts),
  }))
}

function merged(found: readonly Scored[]): Scored[] {
  return [...found].sort((a, b) => b.score - a.score || a.index - b.index)
}

function toRanking<P extends Passage>(
  scored: readonly Scored[],
  passages: readonly P[],
  encoded: number,
  topK: number,
): Ranking<P> {
  const results = scored.slice(0, topK).map(({ index, score }) => {
    const passage = passages[index]!
    const result: RankedPassage<P> = { index, score, stage: 0, passage }
    if (typeof passage === 'object' && passage.id !== undefined) result.id = passage.id
    return result
  })
  return { results, done: encoded === passages.length, encoded, total: passages.length }
}
