import { RerankError } from '../errors.js'
import type { Manifest } from '../store/manifest.js'
import type { AnchorDecoder } from './anchor.js'
import { BatchBudget, paddedLength, planBatches, SLICE } from './batch.js'
import { ALONE, VectorCache } from './cache.js'
import { promoted } from './cascade.js'
import type { Embedding } from './embedding.js'
import type { Encoder } from './encode.js'
import type { FusionRequest } from './fusionRequest.js'
import { macrotask } from './macrotask.js'
import type { EncodedPrompt, Prompter } from './prompt.js'
import { type Block, type Order, orderByScore, stack } from './rank.js'
import { CandidateSignals } from './signals.js'

export interface Candidate {
  /** Place in the caller's list. */
  index: number
  /** Title and text, joined. */
  context: string
  firstStageScore?: number
  /** Its embedding, if the caller has it. */
  vector?: Float32Array
}

export interface EngineRequest {
  query: string
  total: number
  /** Ascending; each but the first is for the best of the one before. */
  depths: readonly number[]
  refine: number
  /** Absent: plain MVP scores. */
  fusion?: FusionRequest
  topK: number
  /** Whether anyone looks at provisional rankings. */
  partial: boolean
  /** The next slice of candidates, likeliest first; undefined after the last. */
  next: () => Promise<readonly Candidate[] | undefined>
}

export interface EngineRanking extends Order {
  encoded: number
  done: boolean
}

const TARGET_BATCH_MS = 40
const MAX_BATCH_TOKENS = 8192
/** Up to here a provisional ranking follows every batch; beyond, one follows when the list has grown by a sixteenth, so that their cost stays linear. */
const EVERY_BATCH_UP_TO = 128

/** A model on a device: takes queries and passages, gives rankings that sharpen. One request at a time; callers queue. */
export class Engine {
  private readonly budget = new BatchBudget(TARGET_BATCH_MS, MAX_BATCH_TOKENS)
  private readonly cache: VectorCache

  constructor(
    readonly manifest: Manifest,
    private readonly prompter: Prompter,
    private readonly encoder: Encoder,
    private readonly decoder: AnchorDecoder,
    cacheBytes: number,
  ) {
    this.cache = new VectorCache(cacheBytes)
  }

  /** Yields provisional rankings if asked for, and the final one last. */
  async *rank(request: EngineRequest, signal: AbortSignal): AsyncGenerator<EngineRanking, void, void> {
    const vectors = new Map<number, Float32Array>()
    const { fusion } = request
    const signals = fusion && new CandidateSignals(fusion.weights, this.manifest.architecture.width)
    const [depth, ...deeper] = request.depths as [number, ...number[]]
    const candidates = new Map<number, Candidate>()
    let blocks: Block[] = []
    let ranked = 0
    const stacked = (done: boolean): EngineRanking => ({
      ...stack(blocks, this.manifest.views, request.topK),
      encoded: vectors.size,
      done,
    })
    for (let slice = await request.next(); slice; slice = await request.next()) {
      if (deeper.length > 0) for (const candidate of slice) candidates.set(candidate.index, candidate)
      if (signals) await this.signalsOf(slice, request, signals, signal)
      for await (const _ of this.encodeSlice(request.query, depth, slice, vectors, signal)) {
        if (!request.partial || vectors.size === request.total) continue
        if (vectors.size > EVERY_BATCH_UP_TO && vectors.size < ranked * (17 / 16)) continue
        ranked = vectors.size
        blocks = [await this.block(0, vectors.keys(), vectors, signals)]
        yield stacked(false)
        await macrotask()
        signal.throwIfAborted()
      }
    }
    blocks = [await this.block(0, vectors.keys(), vectors, signals)]
    let latest: ReadonlyMap<number, Float32Array> = vectors
    for (const depth of deeper) {
      const below = blocks
      const best = promoted(below[0]!.scored).map(index => candidates.get(index)!)
      const deep = new Map<number, Float32Array>()
      // Slices follow the order below, so those read so far are the best of it, and a ranking that can be shown.
      for (let from = 0; from < best.length; from += SLICE) {
        for await (const _ of this.encodeSlice(request.query, depth, best.slice(from, from + SLICE), deep, signal));
        blocks = [await this.block(below.length, deep.keys(), deep, signals), ...below]
        if (request.partial && deep.size < best.length) yield stacked(false)
      }
      latest = deep
    }
    if (request.refine > 0) {
      const { scored } = blocks[0]!
      const best = orderByScore(scored).slice(0, request.refine)
      const again = best.map(place => scored.indices[place]!)
      blocks = [await this.block(blocks.length, again, latest, signals, true), ...blocks]
    }
    yield stacked(true)
  }

  /** @returns one vector of unit length a text */
  async embed(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
    const vectors: Float32Array[] = new Array(texts.length)
    for (let from = 0; from < texts.length; from += SLICE) {
      const items = texts.slice(from, from + SLICE).map((text, i) => ({ place: from + i, prompt: this.alone(text) }))
      await this.embedPrompts(items, false, signal, ({ place }, { vector }) => {
        vectors[place] = vector
      })
    }
    return vectors
  }

  /** What there is to know of a slice beside MVP's scores; texts are embedded once, as long as the cache holds them. */
  private async signalsOf(
    slice: readonly Candidate[],
    { query, fusion }: EngineRequest,
    signals: CandidateSignals,
    signal: AbortSignal,
  ): Promise<void> {
    const { embed, late } = fusion!
    if (signals.needsQuery(slice, embed)) {
      const prompt = this.alone(query)
      await this.embedCached([{ prompt }], late, signal, (_, embedding) =>
        signals.setQuery(embedding, this.prompter.own(prompt)),
      )
    }
    signals.take(slice)
    if (!embed) return
    const unknown = slice
      .filter(({ vector }) => !vector)
      .map(({ index, context }) => ({ index, prompt: this.alone(context) }))
    await this.embedCached(unknown, late, signal, ({ index }, embedding) => signals.embedded(index, embedding))
  }

  private alone(text: string): EncodedPrompt {
    const { embed } = this.prompter
    if (!embed) throw new RerankError('unsupported', `The model ${this.manifest.name} cannot embed texts.`)
    return embed(text)
  }

  private async embedCached<T extends { prompt: EncodedPrompt }>(
    items: readonly T[],
    tokens: boolean,
    signal: AbortSignal,
    found: (item: T, embedding: Embedding) => void,
  ): Promise<void> {
    const missing = new Map<string, { prompt: EncodedPrompt; key: string; twins: T[] }>()
    for (const item of items) {
      const key = VectorCache.key(item.prompt.ids, ALONE)
      const known = this.cache.get<Embedding>(key)
      const twin = missing.get(key)
      if (known && (known.tokens || !tokens)) found(item, known)
      else if (twin) twin.twins.push(item)
      else missing.set(key, { prompt: item.prompt, key, twins: [item] })
    }
    await this.embedPrompts([...missing.values()], tokens, signal, ({ key, twins }, embedding) => {
      this.cache.set(key, embedding)
      for (const twin of twins) found(twin, embedding)
    })
  }

  private async embedPrompts<T extends { prompt: EncodedPrompt }>(
    items: readonly T[],
    tokens: boolean,
    signal: AbortSignal,
    done: (item: T, embedding: Embedding) => void,
  ): Promise<void> {
    for (const batch of planBatches(items, item => item.prompt.ids.length, this.batchLimit)) {
      const embedded = await this.timed(batch, prompts => this.encoder.embed(prompts, tokens))
      batch.forEach((item, i) => {
        done(item, embedded[i]!)
      })
      await macrotask()
      signal.throwIfAborted()
    }
  }

  /** Encodes what is not cached, batch by batch; yields after each. */
  private async *encodeSlice(
    query: string,
    depth: number,
    slice: readonly Candidate[],
    vectors: Map<number, Float32Array>,
    signal: AbortSignal,
  ): AsyncGenerator<void, void, void> {
    const missing = new Map<string, { prompt: EncodedPrompt; key: string; places: number[] }>()
    for (const { index, context } of slice) {
      const prompt = this.prompter.rerank(query, { text: context })
      const key = VectorCache.key(prompt.ids, depth)
      const known = this.cache.get(key)
      const twin = missing.get(key)
      if (known) vectors.set(index, known)
      else if (twin) twin.places.push(index)
      else missing.set(key, { prompt, key, places: [index] })
    }
    if (missing.size === 0) yield
    for (const batch of planBatches([...missing.values()], item => item.prompt.ids.length, this.batchLimit)) {
      const encoded = await this.timed(batch, prompts => this.encoder.encode(prompts, depth))
      batch.forEach((item, i) => {
        for (const place of item.places) vectors.set(place, encoded[i]!)
        this.cache.set(item.key, encoded[i]!)
      })
      await macrotask()
      signal.throwIfAborted()
      yield
    }
  }

  /**
   * Scores passages as one list. They enter the decoder in the caller's order, so equal lists give equal bits however they were scheduled.
   * @param part whether they are the best of a list that was scored before from the same vectors
   */
  private async block(
    stage: number,
    places: Iterable<number>,
    vectors: ReadonlyMap<number, Float32Array>,
    signals: CandidateSignals | undefined,
    part = false,
  ): Promise<Block> {
    const indices = Uint32Array.from(places).sort()
    const scored = { indices, ...(await this.decoder.score(Array.from(indices, index => vectors.get(index)!))) }
    return { stage, scored: signals ? signals.fuse(scored, part) : scored }
  }

  private readonly batchLimit = (padded: number): number =>
    Math.min(this.budget.limit(padded), this.encoder.maxBatch(padded))

  private async timed<R>(
    batch: readonly { prompt: EncodedPrompt }[],
    run: (prompts: EncodedPrompt[]) => Promise<R>,
  ): Promise<R> {
    const start = performance.now()
    const result = await run(batch.map(item => item.prompt))
    this.budget.learn(batch.length * paddedLength(batch[0]!.prompt.ids.length), performance.now() - start)
    return result
  }

  /** Empties the cache of relevance vectors. */
  forget(): void {
    this.cache.clear()
  }

  async release(): Promise<void> {
    await this.encoder.release()
    await this.decoder.release()
  }
}
