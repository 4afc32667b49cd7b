import type { Manifest } from '../model/manifest.js'
import { yieldToEventLoop } from '../util/yieldToEventLoop.js'
import type { AnchorDecoder } from './anchorDecoder.js'
import { ENCODE_CHUNK } from './batch.js'
import { Batcher } from './batcher.js'
import { type CascadeStep, selectForFullDepth } from './cascade.js'
import type { Encoder } from './encoder.js'
import type { Candidate, EngineRanking, EngineRequest } from './engineRequest.js'
import { PassageEncodings } from './passageEncodings.js'
import type { EncodedPrompt, Prompter } from './prompt.js'
import { type Block, orderByScore, stack } from './rank.js'
import { scoreBlock } from './scoreBlock.js'
import { CandidateSignals } from './signals.js'
import { TextEmbedder } from './textEmbedder.js'
import { VectorCache } from './vectorCache.js'
import { windowsOf } from './windows.js'

/** A model on a device: takes queries and passages, gives rankings that sharpen. One request at a time; callers queue. */
export class Engine {
  readonly #batches: Batcher
  readonly #cache: VectorCache
  readonly #texts: TextEmbedder

  readonly #prompter: Prompter
  readonly #encoder: Encoder
  readonly #decoder: AnchorDecoder

  constructor(
    readonly manifest: Manifest,
    prompter: Prompter,
    encoder: Encoder,
    decoder: AnchorDecoder,
    cacheBytes: number,
  ) {
    this.#prompter = prompter
    this.#encoder = encoder
    this.#decoder = decoder

    this.#cache = new VectorCache(cacheBytes)
    this.#batches = new Batcher(encoder)
    this.#texts = new TextEmbedder(manifest.name, prompter, encoder, this.#batches, this.#cache)
  }

  /** Yields provisional rankings if asked for, and the final one last. */
  async *rank(request: EngineRequest, signal: AbortSignal): AsyncGenerator<EngineRanking, void, void> {
    const { fusion } = request
    const signals = fusion && new CandidateSignals(fusion.weights, fusion.step, this.manifest)
    const [first, ...deeper] = request.steps as [CascadeStep, ...number[]]
    const candidates = new Map<number, Candidate>()
    let encodings = new PassageEncodings()
    let blocks: Block[] = []
    const stacked = (done: boolean): EngineRanking => ({
      ...stack(blocks, this.manifest.views, request.topK),
      encoded: blocks.at(-1)?.scored.indices.length ?? 0,
      done,
    })
    for (let chunk = await request.next(); chunk; chunk = await request.next()) {
      if (deeper.length > 0) for (const candidate of chunk) candidates.set(candidate.index, candidate)
      if (signals) await this.#signalsOf(chunk, request, signals, signal)
      if (first === 'signals') {
        blocks = [{ stage: 0, scored: signals!.alone() }]
        if (request.partial) yield stacked(false)
        await yieldToEventLoop()
        signal.throwIfAborted()
        continue
      }
      for await (const encoded of this.#encodeChunk(request, first, chunk, encodings, signal)) {
        const { size } = encodings
        if (!encoded || !request.partial || size === request.total || size === 0) continue
        blocks = [await scoreBlock(this.#decoder, 0, encodings, signals, deeper.length > 0 ? 'step' : 'whole')]
        yield stacked(false)
        signal.throwIfAborted()
      }
    }
    if (first !== 'signals')
      blocks = [await scoreBlock(this.#decoder, 0, encodings, signals, deeper.length > 0 ? 'step' : 'whole')]
    for (const depth of deeper) {
      const below = blocks
      const best = selectForFullDepth(below[0]!.scored).map(index => candidates.get(index)!)
      encodings = new PassageEncodings()
      // Slices follow the order below, so those read so far are the best of it, and a ranking that can be shown.
      for (let from = 0; from < best.length; from += ENCODE_CHUNK) {
        for await (const _ of this.#encodeChunk(
          request,
          depth,
          best.slice(from, from + ENCODE_CHUNK),
          encodings,
          signal,
        ));
        blocks = [await scoreBlock(this.#decoder, below.length, encodings, signals, 'whole'), ...below]
        if (request.partial && encodings.size < best.length) yield stacked(false)
      }
    }
    if (request.refine > 0) {
      const { scored } = blocks[0]!
      const best = orderByScore(scored).slice(0, request.refine)
      const again = best.map(place => scored.indices[place]!)
      blocks = [await scoreBlock(this.#decoder, blocks.length, encodings, signals, 'part', again), ...blocks]
    }
    yield stacked(true)
  }

  /** @returns one vector of unit length a text */
  embed(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
    return this.#texts.embed(texts, signal)
  }

  /** What there is to know of a chunk beside MVP's scores; texts are embedded once, as long as the cache holds them. */
  async #signalsOf(
    chunk: readonly Candidate[],
    { query, fusion }: EngineRequest,
    signals: CandidateSignals,
    signal: AbortSignal,
  ): Promise<void> {
    const { embed, late } = fusion!
    const texts: { prompt: EncodedPrompt; index?: number }[] = []
    if (signals.needsQuery(chunk, embed)) texts.push({ prompt: this.#texts.alone(query) })
    for (const { index, context, vector } of embed ? chunk : []) {
      if (!vector) texts.push({ prompt: this.#texts.alone(context), index })
    }
    await this.#texts.embedCached(texts, late, signal, ({ prompt, index }, embedding) => {
      if (index === undefined) signals.setQuery(embedding, this.#prompter.own(prompt))
      else signals.embedded(index, embedding)
    })
    signals.take(chunk)
  }

  /** Encodes what is not cached, batch by batch; yields after each, and once, with false, where all was cached. */
  async *#encodeChunk(
    { query, windows: most }: EngineRequest,
    depth: number,
    chunk: readonly Candidate[],
    encodings: PassageEncodings,
    signal: AbortSignal,
  ): AsyncGenerator<boolean, void, void> {
    const missing = new Map<string, { prompt: EncodedPrompt; key: string; places: [index: number, window: number][] }>()
    for (const { index, context } of chunk) {
      const windows = windowsOf(this.#prompter, query, context, most)
      encodings.begin(index, windows)
      windows.forEach(({ start, end }, window) => {
        const prompt = this.#prompter.rerank(query, { text: context.slice(start, end) })
        const key = VectorCache.key(prompt.ids, depth)
        const known = this.#cache.get(key)
        const twin = missing.get(key)
        if (known) encodings.put(index, window, known)
        else if (twin) twin.places.push([index, window])
        else missing.set(key, { prompt, key, places: [[index, window]] })
      })
    }
    if (missing.size === 0) {
      await yieldToEventLoop()
      signal.throwIfAborted()
      yield false
    }
    for (const batch of this.#batches.plan([...missing.values()])) {
      const encoded = await this.#batches.timed(batch, prompts => this.#encoder.encode(prompts, depth))
      batch.forEach((item, i) => {
        for (const [index, window] of item.places) encodings.put(index, window, encoded[i]!)
        this.#cache.set(item.key, encoded[i]!)
      })
      await yieldToEventLoop()
      signal.throwIfAborted()
      yield true
    }
  }

  /** Empties the cache of relevance vectors. */
  forget(): void {
    this.#cache.clear()
  }

  async release(): Promise<void> {
    await this.#encoder.release()
    await this.#decoder.release()
  }
}
