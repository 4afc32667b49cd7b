import { RerankError } from '../api/errors.js'
import type { Progress, RerankerInfo, Status } from '../api/ranking.js'
import { cascadeSteps } from '../engine/cascade.js'
import type { Candidate, EngineRanking } from '../engine/engineRequest.js'
import { fusionRequest } from '../engine/fusionRequest.js'
import type { RuntimeOptions, RuntimePlan } from '../runtime/runtimePlan.js'
import { ranOutOfMemory } from '../runtime/sessions.js'
import type { DeviceVerdicts } from '../store/deviceVerdicts.js'
import { loadModel } from '../store/loadModel.js'
import type { ModelSource } from '../store/modelSource.js'
import { holdLock } from '../threads/holdLock.js'
import type { LoadRequest, PassageChunk, RankRequest, RerankService, WireRanking } from '../threads/rerankProtocol.js'
import { yieldToEventLoop } from '../util/yieldToEventLoop.js'
import { ChunkQueue } from './chunkQueue.js'
import { type SelectedDevice, selectDevice } from './selectDevice.js'

export interface ServiceParts {
  plan: (options: RuntimeOptions) => Promise<RuntimePlan[]>
  open: (model: string) => ModelSource
  /** Where verdicts on GPUs are kept from visit to visit. */
  verdicts?: DeviceVerdicts
}

/** What the worker exposes; in Node the same object is called directly. Requests take turns in the order in which they came. */
export class EngineService implements RerankService {
  #selected: SelectedDevice | undefined
  readonly #running = new Map<number, { abort: AbortController; chunks: ChunkQueue<Candidate> }>()
  readonly #closing = new AbortController()
  #turn: Promise<unknown> = Promise.resolve()

  readonly #parts: ServiceParts

  constructor(parts: ServiceParts) {
    this.#parts = parts
  }

  /** Number of rankings in progress. */
  get rankingsInProgress(): number {
    return this.#running.size
  }

  async load(
    request: LoadRequest,
    onProgress: (progress: Progress) => void,
    onStatus: (status: Status) => void,
  ): Promise<RerankerInfo> {
    this.#selected = await this.#selectDevice(request, onProgress, onStatus).catch(throwTyped)
    return this.#selected.info
  }

  async #selectDevice(
    request: LoadRequest,
    onProgress: (progress: Progress) => void,
    onStatus: (status: Status) => void,
  ): Promise<SelectedDevice> {
    const { signal } = this.#closing
    const model = await loadModel(this.#parts.open(request.model), { signal, onProgress, onStatus })
    return selectDevice(model, model.manifest.name, {
      device: request.device,
      precision: request.precision,
      threads: request.threads,
      ...(request.depth === undefined ? {} : { depth: request.depth }),
      cacheBytes: request.cacheBytes,
      plan: this.#parts.plan,
      ...(this.#parts.verdicts === undefined ? {} : { verdicts: this.#parts.verdicts }),
      onProgress,
      onStatus,
      signal,
    })
  }

  async rank(
    id: number,
    request: RankRequest,
    first: PassageChunk,
    onPartial?: (ranking: WireRanking) => void,
  ): Promise<WireRanking> {
    const { engine, info } = this.#ready()
    if (info.scoring === 'pointwise') checkPointwise(request, info.model)
    const fusion = fusionRequest(engine.manifest, request.fusion, request.explain)
    const embedded = fusion !== undefined && (fusion.embed || request.embedded)
    const steps = cascadeSteps(request.depth ?? info.depth, info.depths, { total: request.total, embedded }, info.model)
    const chunks = new ChunkQueue<Candidate>(request.total)
    return this.#enqueue(
      id,
      chunks,
      async signal => {
        const rankings = engine.rank(
          {
            query: request.query,
            total: request.total,
            steps,
            refine: request.refine ?? engine.manifest.defaults.refine,
            windows: request.windows ?? engine.manifest.defaults.windows ?? 1,
            ...(fusion ? { fusion } : {}),
            topK: request.topK ?? request.total,
            partial: onPartial !== undefined,
            next: () => chunks.next(signal),
          },
          signal,
        )
        let last: WireRanking | undefined
        for await (const ranking of rankings) {
          last = toWire(ranking, request.explain)
          if (!ranking.done) onPartial?.(last)
        }
        return last!
      },
      first,
    )
  }

  async add(id: number, chunk: PassageChunk): Promise<void> {
    this.#running.get(id)?.chunks.push(toCandidates(chunk))
  }

  async embed(id: number, texts: string[]): Promise<Float32Array[]> {
    const { engine } = this.#ready()
    return this.#enqueue(id, new ChunkQueue<Candidate>(0), signal => engine.embed(texts, signal))
  }

  async abort(id: number): Promise<void> {
    this.#running.get(id)?.abort.abort()
  }

  async lost(): Promise<never> {
    const { runtime } = this.#ready()
    const why = await (runtime.lost ?? new Promise<never>(() => {}))
    throw new RerankError('device-lost', `The GPU device was lost: ${why}`)
  }

  live(lock: string): Promise<void> {
    return holdLock(lock)
  }

  async dispose(): Promise<void> {
    this.#closing.abort(new RerankError('disposed', 'The reranker was disposed.'))
    for (const { abort } of this.#running.values()) abort.abort(this.#closing.signal.reason)
    await this.#turn.catch(() => undefined)
    await this.#selected?.engine.release()
    await this.#selected?.runtime.dispose()
    this.#selected = undefined
  }

  #ready(): SelectedDevice {
    this.#closing.signal.throwIfAborted()
    if (!this.#selected) throw new RerankError('disposed', 'The reranker is not loaded.')
    return this.#selected
  }

  #enqueue<R>(
    id: number,
    chunks: ChunkQueue<Candidate>,
    work: (signal: AbortSignal) => Promise<R>,
    first?: PassageChunk,
  ): Promise<R> {
    const abort = new AbortController()
    this.#running.set(id, { abort, chunks })
    if (first) chunks.push(toCandidates(first))
    const begin = async () => {
      // An abort may already wait in the message queue, sent while another request ran.
      await yieldToEventLoop()
      abort.signal.throwIfAborted()
      return work(abort.signal).catch(throwTyped)
    }
    const result = this.#turn.then(begin, begin).finally(() => this.#running.delete(id))
    this.#turn = result.catch(() => undefined)
    return result
  }
}

/** A cross-encoder scores each passage by itself: there are no anchors to decode again, and no views to show. */
function checkPointwise({ refine = 0, explain }: RankRequest, name: string): void {
  const asked = refine > 0 ? 'refine' : explain ? 'explain' : undefined
  if (!asked) return
  throw new RerankError('unsupported', `The model ${name} is pointwise: \`${asked}\` makes no sense for it.`, {
    remedy: `Leave out \`${asked}\`, or use a listwise model.`,
  })
}

/** Arrays of our own may find no memory either. */
function throwTyped(cause: unknown): never {
  if (cause instanceof RangeError && ranOutOfMemory(cause.message)) {
    throw new RerankError('out-of-memory', `Memory ran out (${cause.message}).`, { cause })
  }
  throw cause
}

function toCandidates({ indices, contexts, firstStageScores, vectors }: PassageChunk): Candidate[] {
  const width = vectors ? vectors.length / contexts.length : 0
  return contexts.map((context, i) => {
    const candidate: Candidate = { index: indices[i]!, context }
    const score = firstStageScores?.[i]
    if (score !== undefined && !Number.isNaN(score)) candidate.firstStageScore = score
    const vector = vectors?.subarray(i * width, (i + 1) * width)
    if (vector && !Number.isNaN(vector[0])) candidate.vector = vector
    return candidate
  })
}

function toWire(ranking: EngineRanking, explain: boolean): WireRanking {
  const { indices, scores, stages, views, signals, windows, encoded, done } = ranking
  const explained = explain ? { views, ...(signals.length > 0 ? { signals } : {}) } : {}
  return { indices, scores, stages, ...(windows.length > 0 ? { windows } : {}), ...explained, encoded, done }
}
