import { RerankError } from '../errors.js'
import type { Manifest } from '../store/manifest.js'
import type { AnchorDecoder } from './anchor.js'
import { BatchBudget, paddedLength, planBatches, SLICE } from './batch.js'
import { ALONE, VectorCache } from './cache.js'
import { promoted, type Rung } from './cascade.js'
import type { Embedding } from './embedding.js'
import type { Encoder } from './encode.js'
import type { FusionRequest } from './fusionRequest.js'
import { macrotask } from './macrotask.js'
import type { EncodedPrompt, Prompter } from './prompt.js'
import { type Block, type Order, orderByScore, type Scored, stack } from './rank.js'
import { Readings } from './readings.js'
import { CandidateSignals } from './signals.js'
import { VectorTable } from './vectorTable.js'
import { windowsOf } from './windows.js'

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
  /** Each but the first is for the best of the one before. */
  rungs: readonly Rung[]
  refine: number
  /** Into how many windows a passage may be cut that is too long for the prompt. */
  windows: number
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

/** Larger batches keep several threads busier; an abort waits for the running one. */
const TARGET_BATCH_MS = 100

/**
 * A ranking costs time in proportion to what is ranked: the next one is due when this share more is read, so that all of them together do, too, however
 * long the list.
 */
const NEWS = 1 / 32

const lengthOf = ({ prompt }: { prompt: EncodedPrompt }) => prompt.ids.length

/** A model on a device: takes queries and passages, gives rankings that sharpen. One request at a time; callers queue. */
export class Engine {
  private readonly budget: BatchBudget
  private readonly cache: VectorCache

  constructor(
    readonly manifest: Manifest,
    private readonly prompter: Prompter,
    private readonly encoder: Encoder,
    private readonly decoder: AnchorDecoder,
    cacheBytes: number,
  ) {
    this.cache = new VectorCache(cacheBytes)
    this.budget = new BatchBudget(TARGET_BATCH_MS, encoder.mostTokens)
  }

  /** Yields provisional rankings if asked for, and the final one last. */
  async *rank(request: EngineRequest, signal: AbortSignal): AsyncGenerator<EngineRanking, void, void> {
    const { fusion } = request
    const signals = fusion && new CandidateSignals(fusion.weights, fusion.rung, this.manifest)
    const [first, ...deeper] = request.rungs as [Rung, ...number[]]
    const candidates = new Map<number, Candidate>()
    let readings = new Readings()
    let blocks: Block[] = []
    let shown = 0
    const stacked = (done: boolean): EngineRanking => ({
      ...stack(blocks, this.manifest.views, request.topK),
      encoded: blocks.at(-1)?.scored.indices.length ?? 0,
      done,
    })
    for (let slice = await request.next(); slice; slice = await request.next()) {
      if (deeper.length > 0) for (const candidate of slice) candidates.set(candidate.index, candidate)
      if (signals) await this.signalsOf(slice, request, signals, signal)
      if (first === 'signals') {
        blocks = [{ stage: 0, scored: signals!.alone() }]
        if (request.partial) yield stacked(false)
        await macrotask()
        signal.throwIfAborted()
        continue
      }
      for await (const encoded of this.encodeSlice(request, first, slice, readings, signal)) {
        const { size } = readings
        if (!encoded || !request.partial || size === request.total || size - shown < Math.max(1, shown * NEWS)) continue
        blocks = [await this.block(0, readings, signals, deeper.length > 0 ? 'rung' : 'whole')]
        yield stacked(false)
        signal.throwIfAborted()
        shown = size
      }
    }
    if (first !== 'signals') blocks = [await this.block(0, readings, signals, deeper.length > 0 ? 'rung' : 'whole')]
    for (const depth of deeper) {
      const below = blocks
      const best = promoted(below[0]!.scored).map(index => candidates.get(index)!)
      readings = new Readings()
      // Slices follow the order below, so those read so far are the best of it, and a ranking that can be shown.
      for (let from = 0; from < best.length; from += SLICE) {
        for await (const _ of this.encodeSlice(request, depth, best.slice(from, from + SLICE), readings, signal));
        blocks = [await this.block(below.length, readings, signals, 'whole'), ...below]
        if (request.partial && readings.size < best.length) yield stacked(false)
      }
    }
    if (request.refine > 0) {
      const { scored } = blocks[0]!
      const best = orderByScore(scored).slice(0, request.refine)
      const again = best.map(place => scored.indices[place]!)
      blocks = [await this.block(blocks.length, readings, signals, 'part', again), ...blocks]
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
    const texts: { prompt: EncodedPrompt; index?: number }[] = []
    if (signals.needsQuery(slice, embed)) texts.push({ prompt: this.alone(query) })
    for (const { index, context, vector } of embed ? slice : []) {
      if (!vector) texts.push({ prompt: this.alone(context), index })
    }
    await this.embedCached(texts, late, signal, ({ prompt, index }, embedding) => {
      if (index === undefined) signals.setQuery(embedding, this.prompter.own(prompt))
      else signals.embedded(index, embedding)
    })
    signals.take(slice)
  }

  private alone(text: string): EncodedPrompt {
    const { embed } = this.prompter
    if (!embed) throw new RerankError('unsupported', `The model ${this.manifest.name} cannot embed texts.`)
    return embed(text)
  }

  /** `found` comes for the first item first: a query with which the others are compared. */
  private async embedCached<T extends { prompt: EncodedPrompt }>(
    items: readonly T[],
    tokens: boolean,
    signal: AbortSignal,
    found: (item: T, embedding: Embedding) => void,
  ): Promise<void> {
    const missing = new Map<string, { prompt: EncodedPrompt; key: string; twins: T[] }>()
    const later: (() => void)[] = []
    for (const item of items) {
      const key = VectorCache.key(item.prompt.ids, ALONE)
      const known = this.cache.get<Embedding>(key)
      const twin = missing.get(key)
      if (known && (known.tokens || !tokens)) {
        if (missing.size === 0) found(item, known)
        else later.push(() => found(item, known))
      } else if (twin) twin.twins.push(item)
      else missing.set(key, { prompt: item.prompt, key, twins: [item] })
    }
    await this.embedPrompts([...missing.values()], tokens, signal, ({ key, twins }, embedding) => {
      this.cache.set(key, embedding)
      for (const twin of twins) found(twin, embedding)
    })
    for (const tell of later) tell()
  }

  private async embedPrompts<T extends { prompt: EncodedPrompt }>(
    items: readonly T[],
    tokens: boolean,
    signal: AbortSignal,
    done: (item: T, embedding: Embedding) => void,
  ): Promise<void> {
    for (const batch of this.plan(items)) {
      const embedded = await this.timed(batch, prompts => this.encoder.embed(prompts, tokens))
      batch.forEach((item, i) => {
        done(item, embedded[i]!)
      })
      await macrotask()
      signal.throwIfAborted()
    }
  }

  /** Encodes what is not cached, batch by batch; yields after each, and once, with false, where all was cached. */
  private async *encodeSlice(
    { query, windows: most }: EngineRequest,
    depth: number,
    slice: readonly Candidate[],
    readings: Readings,
    signal: AbortSignal,
  ): AsyncGenerator<boolean, void, void> {
    const missing = new Map<string, { prompt: EncodedPrompt; key: string; places: [index: number, window: number][] }>()
    for (const { index, context } of slice) {
      const windows = windowsOf(this.prompter, query, context, most)
      readings.begin(index, windows)
      windows.forEach(({ start, end }, window) => {
        const prompt = this.prompter.rerank(query, { text: context.slice(start, end) })
        const key = VectorCache.key(prompt.ids, depth)
        const known = this.cache.get(key)
        const twin = missing.get(key)
        if (known) readings.put(index, window, known)
        else if (twin) twin.places.push([index, window])
        else missing.set(key, { prompt, key, places: [[index, window]] })
      })
    }
    if (missing.size === 0) {
      await macrotask()
      signal.throwIfAborted()
      yield false
    }
    for (const batch of this.plan([...missing.values()])) {
      const encoded = await this.timed(batch, prompts => this.encoder.encode(prompts, depth))
      batch.forEach((item, i) => {
        for (const [index, window] of item.places) readings.put(index, window, encoded[i]!)
        this.cache.set(item.key, encoded[i]!)
      })
      await macrotask()
      signal.throwIfAborted()
      yield true
    }
  }

  /**
   * Scores what is read as one list. Passages enter the decoder in the caller's order, so equal lists give equal bits however they were scheduled.
   * @param part only these of a list that was scored before
   */
  private async block(
    stage: number,
    readings: Readings,
    signals: CandidateSignals | undefined,
    as: 'whole' | 'part' | 'rung',
    part?: readonly number[],
  ): Promise<Block> {
    const indices = Uint32Array.from(part ?? readings.places).sort()
    if (!part) await this.chooseWindows(indices, readings)
    const scores = await this.decoder.score(readings.chosen(indices))
    const scored: Scored = { indices, ...scores }
    if (readings.cut) scored.windows = Array.from(indices, index => readings.window(index))
    return { stage, scored: signals ? signals.fuse(scored, as) : scored }
  }

  /** Each passage's best window, among all windows of the list; the anchors that count are then decoded without the others, which would bend them. */
  private async chooseWindows(indices: Uint32Array, readings: Readings): Promise<void> {
    if (!readings.cut) return
    const all = Array.from(indices, index => readings.vectors(index))
    const { scores } = await this.decoder.score(new VectorTable().lay(all.flat()))
    let from = 0
    all.forEach(({ length }, place) => {
      const own = scores.subarray(from, from + length)
      readings.choose(indices[place]!, own.indexOf(Math.max(...own)))
      from += length
    })
  }

  private plan<T extends { prompt: EncodedPrompt }>(items: readonly T[]): Iterable<T[]> {
    return planBatches(items, lengthOf, {
      ...this.encoder.lengths,
      tokens: () => this.budget.tokens,
      most: padded => this.encoder.maxBatch(padded),
    })
  }

  private async timed<R>(
    batch: readonly { prompt: EncodedPrompt }[],
    run: (prompts: EncodedPrompt[]) => Promise<R>,
  ): Promise<R> {
    const start = performance.now()
    const result = await run(batch.map(item => item.prompt))
    const { mixed, least } = this.encoder.lengths
    const tokens = batch.reduce((sum, item) => sum + (mixed ? lengthOf(item) : paddedLength(lengthOf(item), least)), 0)
    this.budget.learn(tokens, performance.now() - start)
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
