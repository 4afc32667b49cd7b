import { deviceError } from '../api/deviceErrors.js'
import { RerankError } from '../api/errors.js'
import type { Progress, RerankerInfo, Status, WordMatch } from '../api/ranking.js'
import { resolveRequest } from '../engine/engineRequest.js'
import type { OpenRuntime } from '../runtime/openRuntime.js'
import type { RuntimeChoice } from '../runtime/runtimePlan.js'
import { ranOutOfMemory } from '../runtime/sessions.js'
import { loadModel } from '../store/loadModel.js'
import type { ModelSource } from '../store/modelSource.js'
import type { Candidate, LoadRequest, RankingArrays, RankRequest, RerankService } from '../threads/rerankProtocol.js'
import { openTokenizer } from '../tokenizer/loadTokenizer.js'
import { Mutex } from '../util/mutex.js'
import { holdWebLock } from '../util/webLock.js'
import { wrongType } from '../util/wrongType.js'
import { yieldToEventLoop } from '../util/yieldToEventLoop.js'
import { ChunkQueue } from './chunkQueue.js'
import { releaseEngine } from './loadEngine.js'
import { type DeviceHost, type ReadyEngine, selectDevice } from './selectDevice.js'

/** The parts that differ between a browser's worker and Node. */
export interface ServiceHost<Runtime extends OpenRuntime> extends DeviceHost<Runtime> {
  open: (model: string) => ModelSource
  /** Starts what every model needs while the files are read. @returns a function that ends what no plan took */
  prepare?: (choice: RuntimeChoice) => () => Promise<void>
}

/**
 * The service that the worker exposes. In Node the client calls it directly. Requests run one at a time, in order.
 */
export class EngineService<Runtime extends OpenRuntime> implements RerankService {
  #ready: ReadyEngine | undefined
  readonly #requests = new Map<number, { abort: AbortController; chunks: ChunkQueue<Candidate> }>()
  readonly #closing = new AbortController()
  readonly #mutex = new Mutex()

  readonly #host: ServiceHost<Runtime>

  constructor(host: ServiceHost<Runtime>) {
    this.#host = host
  }

  /** Requests that run or wait. */
  get pending(): number {
    return this.#requests.size
  }

  async load(
    request: LoadRequest,
    onProgress: (progress: Progress) => void,
    onStatus: (status: Status) => void,
  ): Promise<RerankerInfo> {
    const options = { ...request, onProgress, onStatus, signal: this.#closing.signal }
    const discard = this.#host.prepare?.(request)
    try {
      const model = await loadModel(this.#host.open(request.model), options, openTokenizer)
      const ready = await selectDevice(model, options, this.#host)
      if (options.signal.aborted) await releaseEngine(ready)
      options.signal.throwIfAborted()
      this.#ready = ready
      return ready.info
    } catch (error) {
      throw toTypedError(error)
    } finally {
      await discard?.()
    }
  }

  async rank(
    id: number,
    request: RankRequest,
    first: Candidate[],
    onPartial?: (ranking: RankingArrays) => void,
  ): Promise<RankingArrays> {
    const { engine, info } = this.#loaded()
    const resolved = resolveRequest(request, engine.manifest, info.depth)
    const chunks = new ChunkQueue<Candidate>(request.total)
    chunks.push(first)
    return this.#enqueue(id, chunks, async signal => {
      const provisional = onPartial !== undefined
      const nextChunk = () => chunks.next(signal)
      let last: RankingArrays | undefined
      for await (const ranking of engine.rank({ ...resolved, provisional, nextChunk }, signal)) {
        last = ranking
        if (!ranking.done) onPartial?.(ranking)
      }
      return last!
    })
  }

  async add(id: number, chunk: Candidate[]): Promise<void> {
    this.#requests.get(id)?.chunks.push(chunk)
  }

  async embed(id: number, texts: string[], tokens?: boolean, prompt?: string): Promise<Float32Array[]> {
    const { engine } = this.#loaded()
    return this.#enqueue(id, new ChunkQueue<Candidate>(0), signal => engine.embed(texts, signal, tokens, prompt))
  }

  async encode(id: number, texts: string[]): Promise<Uint8Array[]> {
    const { engine } = this.#loaded()
    return this.#enqueue(id, new ChunkQueue<Candidate>(0), signal => engine.encode(texts, signal))
  }

  async matches(id: number, query: string, texts: string[]): Promise<WordMatch[][]> {
    const { engine } = this.#loaded()
    if (typeof query !== 'string') throw wrongType('bad-query', 'The query', query, 'a string')
    return this.#enqueue(id, new ChunkQueue<Candidate>(0), signal => engine.matches(query, texts, signal))
  }

  async knownShares(texts: string[]): Promise<number[]> {
    return this.#loaded().engine.knownShares(texts)
  }

  async abort(id: number): Promise<void> {
    this.#requests.get(id)?.abort.abort()
  }

  async lost(): Promise<never> {
    const { runtime } = this.#loaded()
    const why = await (runtime.lost ?? new Promise<never>(() => {}))
    throw deviceError('device-lost', `The GPU device was lost: ${why}`)
  }

  holdLock(name: string): Promise<void> {
    return holdWebLock(name)
  }

  async dispose(): Promise<void> {
    this.#closing.abort(new RerankError('disposed', 'The reranker was disposed.'))
    for (const { abort } of this.#requests.values()) abort.abort(this.#closing.signal.reason)
    await this.#mutex.runExclusive(async () => {
      const ready = this.#ready
      this.#ready = undefined
      if (ready) await releaseEngine(ready)
    })
  }

  #loaded(): ReadyEngine {
    this.#closing.signal.throwIfAborted()
    if (!this.#ready) throw new RerankError('disposed', 'The reranker is not loaded.')
    return this.#ready
  }

  #enqueue<R>(id: number, chunks: ChunkQueue<Candidate>, work: (signal: AbortSignal) => Promise<R>): Promise<R> {
    const abort = new AbortController()
    this.#requests.set(id, { abort, chunks })
    const run = async () => {
      // An abort that was sent while another request ran may still wait in the message queue.
      await yieldToEventLoop()
      abort.signal.throwIfAborted()
      try {
        return await work(abort.signal)
      } catch (error) {
        throw toTypedError(error)
      }
    }
    return this.#mutex.runExclusive(() => run().finally(() => this.#requests.delete(id)))
  }
}

/** Allocating the engine's own arrays may fail too. */
function toTypedError(cause: unknown): unknown {
  if (!(cause instanceof RangeError && ranOutOfMemory(cause.message))) return cause
  return deviceError('out-of-memory', `Memory ran out (${cause.message}).`, { cause })
}
