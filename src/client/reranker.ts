import type { PassageSlice, RankRequest, WireRanking } from '../../workers/protocol.js'
import { RerankError } from '../errors.js'
import type { Connection } from './connection.js'
import { checkRankInput, checkTexts, contextOf, likeliestFirst } from './input.js'
import type { Link } from './link.js'
import { newestOf } from './newest.js'
import { toCohere, toRanking } from './ranking.js'
import type { CohereRanking, Passage, Ranking, RankOptions, Reranker, RerankerInfo } from './types.js'

let ids = 0

/** Passages cross in slices of this many, so that the main thread is never long at cloning them. */
const SLICE = 256

type AnyOptions<P extends Passage> = RankOptions<P> & { format?: 'native' | 'cohere' }

/** The handle on a model in a worker (or, in Node, in this thread). It owns the requests: each settles, whatever becomes of the worker. */
export class LocalReranker implements Reranker {
  private superseding: AbortController | undefined
  private readonly closing = new AbortController()

  /** @param leave gives the link up; others may go on using it */
  constructor(
    private readonly link: Link,
    private readonly leave: () => Promise<void>,
  ) {}

  get info(): RerankerInfo {
    return this.link.info
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
    const signal = AbortSignal.any(ending)
    const wire = await this.owned(signal, (id, connection) => send(connection, id, query, passages, options, signal))
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
    const ending = signal ? AbortSignal.any([this.closing.signal, signal]) : this.closing.signal
    return this.owned(ending, (id, { service }) => service.embed(id, [...texts]))
  }

  async dispose(): Promise<void> {
    if (this.closing.signal.aborted) return
    this.closing.abort(new RerankError('disposed', 'The reranker was disposed.'))
    await this.leave()
  }

  /** Settles with the call or the signal, whichever comes first. */
  private async owned<R>(signal: AbortSignal, call: (id: number, connection: Connection) => Promise<R>): Promise<R> {
    signal.throwIfAborted()
    let stop = () => {}
    let tellWorker = () => {}
    const aborted = new Promise<never>((_, reject) => {
      stop = () => {
        reject(signal.reason)
        tellWorker()
      }
      signal.addEventListener('abort', stop, { once: true })
    })
    const answered = this.link.call(connection => {
      // After a recovery, nobody need answer a call that was aborted meanwhile.
      signal.throwIfAborted()
      const id = ++ids
      tellWorker = () => void connection.service.abort(id).catch(() => undefined)
      return call(id, connection)
    })
    try {
      return await Promise.race([answered, aborted])
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }
}

async function send<P extends Passage>(
  { service, callback }: Connection,
  id: number,
  query: string,
  passages: readonly P[],
  options: AnyOptions<P>,
  signal: AbortSignal,
): Promise<WireRanking> {
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
  let answered = false
  // Provisional rankings come by a port of their own: one that is overtaken by the answer, or by an abort, is out of date.
  const partial =
    onPartial &&
    callback((wire: WireRanking) => {
      if (!answered && !signal.aborted) onPartial(toRanking(wire, passages))
    })
  const ranking = partial ? service.rank(id, request, slice(0), partial) : service.rank(id, request, slice(0))
  // A failure meanwhile is the ranking's to report.
  ranking.catch(() => undefined)
  for (let from = SLICE; from < passages.length; from += SLICE) {
    // Waiting for the answer leaves the main thread free in between.
    await service.add(id, slice(from))
    signal.throwIfAborted()
  }
  try {
    return await ranking
  } finally {
    answered = true
  }
}
