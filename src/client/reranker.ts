import type { EmbedOptions, Passage, Ranking, RankOptions, RerankerInfo, WordMatch } from '../api/ranking.js'
import { CallbackGate } from '../threads/callbackGate.js'
import type { Connection } from '../threads/connection.js'
import type { RankingArrays, RerankService } from '../threads/rerankProtocol.js'
import { raceAbort } from '../util/abort.js'
import { checkOptionNames } from '../util/checkOptionNames.js'
import { BaseReranker, type CallSignals } from './baseReranker.js'
import { checkFusion } from './checkFusion.js'
import { checkTexts, likeliestFirst } from './checkInput.js'
import { toRanking } from './ranking.js'
import { toTransferChunk } from './transferChunk.js'
import type { WorkerSupervisor } from './workerSupervisor.js'

let lastId = 0

/** Passages cross the thread in chunks of this size, so cloning them never blocks the main thread for long. */
const TRANSFER_CHUNK = 256

/**
 * The handle on a model in a worker (in Node: in this thread). It owns the requests: each settles, whatever happens to
 * the worker.
 */
export class LocalReranker extends BaseReranker<RerankerInfo> {
  readonly #supervisor: WorkerSupervisor
  readonly #leave: () => Promise<void>

  /** @param leave releases the supervisor, which other rerankers may still use */
  constructor(supervisor: WorkerSupervisor, leave: () => Promise<void>) {
    super()
    this.#supervisor = supervisor
    this.#leave = leave
  }

  get info(): RerankerInfo {
    return this.#supervisor.info
  }

  embed(texts: readonly string[], options: EmbedOptions = {}): Promise<Float32Array[]> {
    return this.#askOf(texts, options, 'signal tokens prompt', (service, id, texts) =>
      service.embed(id, texts, options.tokens, options.prompt),
    )
  }

  encode(texts: readonly string[], options: { signal?: AbortSignal } = {}): Promise<Uint8Array[]> {
    return this.#askOf(texts, options, 'signal', (service, id, texts) => service.encode(id, texts))
  }

  matches(query: string, texts: readonly string[], options: { signal?: AbortSignal } = {}): Promise<WordMatch[][]> {
    return this.#askOf(texts, options, 'signal', (service, id, texts) => service.matches(id, query, texts))
  }

  knownShares(texts: readonly string[], options: { signal?: AbortSignal } = {}): Promise<number[]> {
    return this.#askOf(texts, options, 'signal', (service, _, texts) => service.knownShares(texts))
  }

  protected checkOptions({ fusion }: RankOptions): void {
    checkFusion(fusion)
  }

  protected async rankUntil<P extends Passage>(
    signal: AbortSignal,
    query: string,
    passages: readonly P[],
    options: RankOptions<P>,
  ): Promise<Ranking<P>> {
    const arrays = await this.#ask(signal, (id, connection) => send(connection, id, query, passages, options, signal))
    return toRanking(arrays, passages)
  }

  protected release(): Promise<void> {
    return this.#leave()
  }

  /** Asks the worker about texts. @param names of the options */
  async #askOf<R>(
    texts: readonly string[],
    options: CallSignals,
    names: string,
    call: (service: RerankService, id: number, texts: string[]) => Promise<R>,
  ): Promise<R> {
    checkOptionNames(options, names)
    checkTexts(texts)
    return this.run(options, signal => this.#ask(signal, (id, { service }) => call(service, id, [...texts])))
  }

  /** Asks the worker. Settles with its answer or with the signal. */
  #ask<R>(signal: AbortSignal, call: (id: number, connection: Connection) => Promise<R>): Promise<R> {
    let abortInWorker = () => {}
    const answered = this.#supervisor.call(connection => {
      // A call that was aborted during a recovery needs no answer.
      signal.throwIfAborted()
      const id = ++lastId
      // A closed connection throws.
      abortInWorker = () => void (async () => connection.service.abort(id))().catch(() => undefined)
      return call(id, connection)
    })
    return raceAbort(answered, signal, () => abortInWorker())
  }
}

async function send<P extends Passage>(
  { service, callback }: Connection,
  id: number,
  query: string,
  passages: readonly P[],
  options: RankOptions<P>,
  signal: AbortSignal,
): Promise<RankingArrays> {
  const { onPartial, topK, depth, refine, windows, fusion, explain = false } = options
  const total = passages.length
  const embedded = passages.every(passage => typeof passage === 'object' && (passage.vector ?? passage.tokens))
  const request = { query, total, explain, embedded, topK, depth, refine, windows, fusion }
  const order = likeliestFirst(passages)
  const chunk = (from: number) => toTransferChunk(passages, order.slice(from, from + TRANSFER_CHUNK), fusion !== false)
  const gate = new CallbackGate()
  const deliver = (arrays: RankingArrays) => {
    if (!signal.aborted) onPartial?.(toRanking(arrays, passages))
  }
  const ranking = service.rank(id, request, chunk(0), onPartial && callback(gate.whileOpen(deliver)))
  // A failure before the `await` below is reported there.
  ranking.catch(() => undefined)
  for (let from = TRANSFER_CHUNK; from < total; from += TRANSFER_CHUNK) {
    // Waiting for each answer keeps the main thread responsive.
    await service.add(id, chunk(from))
    signal.throwIfAborted()
  }
  try {
    return await ranking
  } finally {
    gate.close()
  }
}
