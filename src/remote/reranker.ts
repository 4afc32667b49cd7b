import { RerankError } from '../api/errors.js'
import type { Passage, Ranking, RankOptions, Reranker } from '../api/ranking.js'
import { serviceError } from '../api/serviceErrors.js'
import { BaseReranker } from '../client/baseReranker.js'
import { contextOf } from '../client/checkInput.js'
import { toResult } from '../client/ranking.js'
import { linkSignals, raceAbort } from '../util/abort.js'
import { checkOptionNames } from '../util/checkOptionNames.js'
import { isolateCallback } from '../util/isolateCallback.js'
import type { ServiceResult } from './protocol.js'
import { ServiceClient } from './serviceClient.js'
import type { RemoteInfo, RemoteOptions, ServiceStatus } from './types.js'

/** The largest number of parallel requests for one split list. */
const MAX_PARALLEL = 4

/** A reranker that asks a service. Its interface is that of the local one. */
export class RemoteReranker extends BaseReranker<RemoteInfo> {
  readonly info: RemoteInfo
  // #private, so printing a reranker cannot print a key.
  readonly #options: RemoteOptions
  readonly #service: ServiceClient
  readonly #onStatus: (status: ServiceStatus) => void
  /** The fallback that the option's function made. */
  #madeFallback: Promise<Reranker<unknown>> | undefined
  /** When to ask the service again after a failure, by `performance.now()`. 0 while it answers. */
  #retryAt = 0

  constructor(options: RemoteOptions) {
    super()
    checkOptionNames(options, 'url protocol key model deadline retries split fallback pause onStatus')
    this.#options = options
    for (const [name, min] of [
      ['deadline', 1],
      ['retries', 0],
      ['split', 1],
      ['pause', 0],
    ] as const) {
      const value = options[name]
      if (value === undefined || (Number.isFinite(value) && value >= min)) continue
      throw new RerankError('bad-option', `${name} must be a number from ${min} on.`)
    }
    this.#service = new ServiceClient(options)
    this.#onStatus = isolateCallback(options.onStatus)
    this.info = {
      device: 'remote',
      protocol: this.#service.protocol,
      url: this.#service.address,
      ...(options.model === undefined ? {} : { model: options.model }),
    }
  }

  async embed(): Promise<never> {
    throw new RerankError('unsupported', 'The rerank protocols embed no texts.', { remedy: 'Use a local reranker.' })
  }

  encode(): Promise<never> {
    return this.embed()
  }

  matches(): Promise<never> {
    return this.embed()
  }

  async knownShares(): Promise<number[]> {
    throw new RerankError('unsupported', 'The rerank protocols tell nothing of a vocabulary.')
  }

  protected checkOptions(options: RankOptions): void {
    for (const name of ['depth', 'refine', 'explain', 'fusion', 'windows'] as const) {
      if (!options[name]) continue
      throw new RerankError('unsupported', `The rerank protocols have no ${name}.`, {
        remedy: 'Leave the option out: the service decides.',
      })
    }
  }

  protected async rankUntil<P extends Passage>(
    signal: AbortSignal,
    query: string,
    callersPassages: readonly P[],
    options: RankOptions<P>,
  ): Promise<Ranking<P>> {
    const passages = [...callersPassages]
    const { fallback, pause = 10_000 } = this.#options
    if (fallback && performance.now() < this.#retryAt) {
      return this.#rankByFallback(signal, query, passages, options)
    }
    try {
      const ranking = await this.#rankByService(signal, query, passages, options)
      if (this.#retryAt > 0) this.#onStatus({ kind: 'recovered', reason: 'The service answers again.' })
      this.#retryAt = 0
      return ranking
    } catch (error) {
      signal.throwIfAborted()
      if (!fallback || !(error instanceof RerankError)) throw error
      // A refusal may concern only this list.
      if (error.code !== 'service-refused') this.#retryAt = performance.now() + pause
      this.#onStatus({ kind: 'fallback', reason: error.message })
      return this.#rankByFallback(signal, query, passages, options)
    }
  }

  protected async release(): Promise<void> {
    await (await this.#madeFallback?.catch(() => undefined))?.dispose()
  }

  async #rankByFallback<P extends Passage>(
    signal: AbortSignal,
    query: string,
    passages: readonly P[],
    { topK, onPartial }: RankOptions<P>,
  ): Promise<Ranking<P>> {
    // The fallback may load slowly; an abort does not wait for it.
    const local = await raceAbort(this.#loadFallback(), signal)
    return local.rank(query, passages, { signal, topK, onPartial } as RankOptions<P>)
  }

  #loadFallback(): Promise<Reranker<unknown>> {
    const { fallback } = this.#options
    if (typeof fallback !== 'function') return Promise.resolve(fallback!)
    this.#madeFallback ??= fallback().catch(error => {
      // The next call makes it again.
      this.#madeFallback = undefined
      throw error
    })
    return this.#madeFallback
  }

  async #rankByService<P extends Passage>(
    signal: AbortSignal,
    query: string,
    passages: readonly P[],
    options: RankOptions<P>,
  ): Promise<Ranking<P>> {
    const { deadline = 10_000 } = this.#options
    const { topK = passages.length, onPartial } = options
    if (passages.length === 0) return toRanking([], passages, 0, topK)
    const { controller, release } = linkSignals([signal])
    const deadlineAt = performance.now() + deadline
    const timer = setTimeout(() => {
      controller.abort(serviceError('timed-out', `${this.#service.address} did not answer within ${deadline} ms.`))
    }, deadline)
    const chunks = equalChunks(passages.length, this.#options.split ?? passages.length)
    const isSplit = chunks.length > 1
    const found: ServiceResult[] = []
    let encoded = 0
    const askForChunks = async (): Promise<void> => {
      for (let chunk = chunks.shift(); chunk; chunk = chunks.shift()) {
        const { from, to } = chunk
        const texts = passages.slice(from, to).map(contextOf)
        const request = { query, texts, topK: options.topK, signal: controller.signal, deadlineAt }
        for (const { index, score } of await this.#service.ask(request)) found.push({ index: from + index, score })
        encoded += texts.length
        if (onPartial && encoded < passages.length) onPartial(toRanking(byScore(found), passages, encoded, topK))
      }
    }
    try {
      await Promise.all(Array.from({ length: Math.min(MAX_PARALLEL, chunks.length) }, askForChunks))
    } finally {
      // If one chunk failed, the others are useless.
      controller.abort()
      clearTimeout(timer)
      release()
    }
    return toRanking(isSplit ? byScore(found) : found, passages, encoded, topK)
  }
}

function equalChunks(count: number, maxSize: number): { from: number; to: number }[] {
  const chunks = Math.ceil(count / maxSize)
  return Array.from({ length: chunks }, (_, chunk) => ({
    from: Math.floor((chunk * count) / chunks),
    to: Math.floor(((chunk + 1) * count) / chunks),
  }))
}

function byScore(found: readonly ServiceResult[]): ServiceResult[] {
  return [...found].sort((a, b) => b.score - a.score || a.index - b.index)
}

function toRanking<P extends Passage>(
  found: readonly ServiceResult[],
  passages: readonly P[],
  encoded: number,
  topK: number,
): Ranking<P> {
  const results = found.slice(0, topK).map(({ index, score }) => toResult(passages, index, score, 0))
  return { results, done: encoded === passages.length, encoded, total: passages.length }
}
