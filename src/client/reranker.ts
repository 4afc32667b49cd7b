import type { CohereRanking, Passage, Ranking, RankOptions, Reranker, RerankerInfo } from '../api/ranking.js'
import { CallbackGate } from '../threads/callbackGate.js'
import type { Connection } from '../threads/connection.js'
import type { RankingArrays, RankRequest } from '../threads/rerankProtocol.js'
import { raceAbort } from '../util/abort.js'
import { Calls } from './calls.js'
import { checkFusion } from './checkFusion.js'
import { checkRankInput, checkTexts, likeliestFirst } from './checkInput.js'
import { toLatestIterable } from './latestIterable.js'
import { toCohere, toRanking } from './ranking.js'
import { toTransferChunk } from './transferChunk.js'
import type { WorkerSupervisor } from './workerSupervisor.js'

let ids = 0

/** Passages cross in slices of this many, so that the main thread is never long at cloning them. */
const TRANSFER_CHUNK = 256

type AnyOptions<P extends Passage> = RankOptions<P> & { format?: 'native' | 'cohere' }

/** The handle on a model in a worker (or, in Node, in this thread). It owns the requests: each settles, whatever becomes of the worker. */
export class LocalReranker implements Reranker {
  readonly #calls = new Calls()

  readonly #supervisor: WorkerSupervisor
  readonly #leave: () => Promise<void>

  /** @param leave gives the supervisor up; others may go on using it */
  constructor(supervisor: WorkerSupervisor, leave: () => Promise<void>) {
    this.#supervisor = supervisor
    this.#leave = leave
  }

  get info(): RerankerInfo {
    return this.#supervisor.info
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
    checkFusion(options.fusion)
    const wire = await this.#calls.own(options, signal =>
      this.#until(signal, (id, connection) => send(connection, id, query, passages, options, signal)),
    )
    const ranking = toRanking(wire, passages)
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

  async embed(texts: readonly string[], options: { signal?: AbortSignal } = {}): Promise<Float32Array[]> {
    checkTexts(texts)
    return this.#calls.own(options, signal => this.#until(signal, (id, { service }) => service.embed(id, [...texts])))
  }

  async dispose(): Promise<void> {
    if (this.#calls.end()) await this.#leave()
  }

  /** Settles with the answer or the signal, whatever becomes of the worker. */
  #until<R>(signal: AbortSignal, call: (id: number, connection: Connection) => Promise<R>): Promise<R> {
    let tellWorker = () => {}
    const answered = this.#supervisor.call(connection => {
      // After a recovery, nobody need answer a call that was aborted meanwhile.
      signal.throwIfAborted()
      const id = ++ids
      // A connection that has ended, with its worker, throws.
      tellWorker = () => void (async () => connection.service.abort(id))().catch(() => undefined)
      return call(id, connection)
    })
    return raceAbort(answered, signal, () => tellWorker())
  }
}

async function send<P extends Passage>(
  { service, callback }: Connection,
  id: number,
  query: string,
  passages: readonly P[],
  options: AnyOptions<P>,
  signal: AbortSignal,
): Promise<RankingArrays> {
  const { onPartial, topK, depth, refine, windows, fusion, explain = false } = options
  const request: RankRequest = {
    query,
    total: passages.length,
    explain,
    embedded: passages.every(passage => typeof passage === 'object' && passage.vector),
    ...(topK === undefined ? {} : { topK }),
    ...(depth === undefined ? {} : { depth }),
    ...(refine === undefined ? {} : { refine }),
    ...(windows === undefined ? {} : { windows }),
    ...(fusion === undefined ? {} : { fusion }),
  }
  const order = likeliestFirst(passages)
  const slice = (from: number) => toTransferChunk(passages, order.slice(from, from + TRANSFER_CHUNK), fusion !== false)
  const until = new CallbackGate()
  const partial =
    onPartial &&
    callback(
      until.only((wire: RankingArrays) => {
        if (!signal.aborted) onPartial(toRanking(wire, passages))
      }),
    )
  const ranking = partial ? service.rank(id, request, slice(0), partial) : service.rank(id, request, slice(0))
  // A failure meanwhile is the ranking's to report.
  ranking.catch(() => undefined)
  for (let from = TRANSFER_CHUNK; from < passages.length; from += TRANSFER_CHUNK) {
    // Waiting for the answer leaves the main thread free in between.
    await service.add(id, slice(from))
    signal.throwIfAborted()
  }
  try {
    return await ranking
  } finally {
    until.end()
  }
}
