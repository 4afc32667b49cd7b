import type { PassageSlice, RankRequest, RerankService, WireRanking } from '../../workers/protocol.js'
import { RerankError } from '../errors.js'
import { checkRankInput, checkTexts, contextOf, likeliestFirst } from './input.js'
import { newestOf } from './newest.js'
import { toCohere, toRanking } from './ranking.js'
import type { CohereRanking, Passage, Ranking, RankOptions, Reranker, RerankerInfo } from './types.js'

/** Passages cross in slices of this many, so that the main thread is never long at cloning them. */
const SLICE = 256

export interface Connection {
  service: RerankService
  /** Makes a callback fit to cross the thread. */
  callback: <F extends (...args: never[]) => void>(callback: F) => F
  /** Ends the other side, whatever it does. */
  close: () => Promise<void>
  /** Rejects when the other side dies. */
  died: Promise<never>
}

type AnyOptions<P extends Passage> = RankOptions<P> & { format?: 'native' | 'cohere' }

/** The handle on a model in a worker (or, in Node, in this thread). It owns the requests: each settles, whatever becomes of the worker. */
export class LocalReranker implements Reranker {
  private ids = 0
  private superseding: AbortController | undefined
  private readonly closing = new AbortController()

  constructor(
    private readonly connection: Connection,
    readonly info: RerankerInfo,
  ) {
    // One listener for all calls: racing each call against this promise would keep every call's memory.
    connection.died.catch(error => this.closing.abort(error))
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
    const ending = [this.closing.signal]
    if (options.signal) ending.push(options.signal)
    if (options.supersede) {
      this.superseding?.abort(new RerankError('superseded', 'A newer call took the place of this one.'))
      this.superseding = new AbortController()
      ending.push(this.superseding.signal)
    }
    const id = ++this.ids
    const wire = await this.owned(id, AbortSignal.any(ending), signal =>
      this.send(id, query, passages, options, signal),
    )
    const ranking = toRanking(wire, passages)
    return options.format === 'cohere' ? toCohere(ranking) : ranking
  }

  stream<P extends Passage>(
    query: string,
    passages: readonly P[],
    options: Omit<RankOptions<P>, 'onPartial'> = {},
  ): AsyncIterable<Ranking<P>> {
    return newestOf<Ranking<P>>((push, left) => {
      const signal = options.signal ? AbortSignal.any([options.signal, left]) : left
      return this.rank(query, passages, { ...options, signal, onPartial: push })
    })
  }

  async embed(texts: readonly string[], { signal }: { signal?: AbortSignal } = {}): Promise<Float32Array[]> {
    checkTexts(texts)
    const id = ++this.ids
    const ending = signal ? AbortSignal.any([this.closing.signal, signal]) : this.closing.signal
    return this.owned(id, ending, () => this.connection.service.embed(id, [...texts]))
  }

  async dispose(): Promise<void> {
    if (this.closing.signal.aborted) return
    this.closing.abort(new RerankError('disposed', 'The reranker was disposed.'))
    await this.connection.close()
  }

  /** Settles with the call or the signal, whichever comes first. */
  private async owned<R>(id: number, signal: AbortSignal, call: (signal: AbortSignal) => Promise<R>): Promise<R> {
    signal.throwIfAborted()
    let stop = () => {}
    const aborted = new Promise<never>((_, reject) => {
      stop = () => {
        reject(signal.reason)
        this.connection.service.abort(id).catch(() => undefined)
      }
      signal.addEventListener('abort', stop, { once: true })
    })
    try {
      return await Promise.race([call(signal), aborted])
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  private async send<P extends Passage>(
    id: number,
    query: string,
    passages: readonly P[],
    options: AnyOptions<P>,
    signal: AbortSignal,
  ): Promise<WireRanking> {
    const { service, callback } = this.connection
    const { onPartial, topK, depth, refine, explain = false } = options
    const request: RankRequest = {
      query,
      total: passages.length,
      explain,
      ...(topK === undefined ? {} : { topK }),
      ...(depth === undefined ? {} : { depth }),
      ...(refine === undefined ? {} : { refine }),
    }
    const order = likeliestFirst(passages)
    const slice = (from: number): PassageSlice => {
      const indices = order.slice(from, from + SLICE)
      return { indices, contexts: Array.from(indices, index => contextOf(passages[index]!)) }
    }
    const partial =
      onPartial && callback((wire: WireRanking) => void (signal.aborted || onPartial(toRanking(wire, passages))))
    const ranking = partial ? service.rank(id, request, slice(0), partial) : service.rank(id, request, slice(0))
    // A failure meanwhile is the ranking's to report.
    ranking.catch(() => undefined)
    for (let from = SLICE; from < passages.length; from += SLICE) {
      // Waiting for the answer leaves the main thread free in between.
      await service.add(id, slice(from))
      signal.throwIfAborted()
    }
    return ranking
  }
}
