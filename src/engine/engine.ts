import type { WordMatch } from '../api/ranking.js'
import { type Manifest, vectorWidth } from '../model/manifest.js'
import type { Candidate, RankingArrays } from '../threads/rerankProtocol.js'
import { yieldToEventLoop } from '../util/yieldToEventLoop.js'
import { BatchScheduler, ENCODE_CHUNK } from './batch.js'
import { type CascadeStep, selectForFullDepth } from './cascade.js'
import type { EngineRequest } from './engineRequest.js'
import { KeptCodes } from './keptCodes.js'
import type { AnchorDecoder, Encoder, EngineParts } from './parts.js'
import { PassageCoder } from './passageCodes.js'
import { PassageEncodings } from './passageEncodings.js'
import type { EncodedPrompt, Prompter } from './prompt.js'
import { orderByScore, type ScoredBlock, toRankingArrays } from './rank.js'
import { scoreBlock } from './scoreBlock.js'
import { CandidateSignals } from './signals.js'
import { TextEmbedder } from './textEmbedder.js'
import { VectorCache } from './vectorCache.js'
import { measure, windowsOf } from './windows.js'
import { type ReadText, wordMatches } from './wordMatches.js'

export interface EngineOptions {
  /** `RerankerInfo.weights` */
  weights: string
  /** As `CreateOptions` has them. */
  cacheBytes: number
  codeCacheBytes: number
}

/** A model on a device. It ranks passages and embeds texts, one request at a time; callers must queue. */
export class Engine {
  readonly #batches: BatchScheduler
  readonly #cache: VectorCache
  readonly #embedder: TextEmbedder
  readonly #coder: PassageCoder
  readonly #kept: KeptCodes

  readonly #prompter: Prompter
  readonly #encoder: Encoder
  readonly #decoder: AnchorDecoder | undefined

  constructor(
    readonly manifest: Manifest,
    prompter: Prompter,
    { encoder, decoder }: EngineParts,
    { weights, cacheBytes, codeCacheBytes }: EngineOptions,
  ) {
    this.#prompter = prompter
    this.#encoder = encoder
    this.#decoder = decoder
    this.#cache = new VectorCache(cacheBytes)
    this.#coder = new PassageCoder(weights, vectorWidth(manifest.architecture))
    this.#kept = new KeptCodes(weights, codeCacheBytes)
    this.#batches = new BatchScheduler(encoder.batchLimits)
    this.#embedder = new TextEmbedder(manifest.name, prompter, encoder, this.#batches, this.#cache)
  }

  /** Yields provisional rankings if the request asks for them, and the final one last. */
  async *rank(request: EngineRequest, signal: AbortSignal): AsyncGenerator<RankingArrays, void, void> {
    const { fusion, provisional } = request
    const signals = fusion && new CandidateSignals(fusion, this.manifest)
    const [first, ...deeper] = request.steps as [CascadeStep, ...number[]]
    const candidates = new Map<number, Candidate>()
    let encodings = new PassageEncodings()
    let blocks: ScoredBlock[] = []
    const ranking = (done: boolean) => toRankingArrays(blocks, { ...request, views: this.manifest.views, done })
    const scoreFirst = () =>
      scoreBlock(this.#decoder!, 0, encodings, signals, deeper.length > 0 ? 'cascade step' : 'final list')

    for (let chunk = await request.nextChunk(); chunk; chunk = await request.nextChunk()) {
      if (deeper.length > 0) for (const candidate of chunk) candidates.set(candidate.index, candidate)
      if (signals) await this.#addSignals(chunk, request, signals, signal)
      if (first === 'signals') {
        blocks = [{ stage: 0, scored: signals!.scoreWithoutReading() }]
        if (provisional) yield ranking(false)
        await yieldToEventLoop()
        signal.throwIfAborted()
        continue
      }
      for await (const encoded of this.#encodeChunk(request, first, chunk, encodings, signal)) {
        const { size } = encodings
        if (!encoded || !provisional || size === request.total || size === 0) continue
        blocks = [await scoreFirst()]
        yield ranking(false)
        signal.throwIfAborted()
      }
    }
    if (first !== 'signals') blocks = [await scoreFirst()]

    for (const depth of deeper) {
      const below = blocks
      const best = selectForFullDepth(below[0]!.scored).map(index => candidates.get(index)!)
      encodings = new PassageEncodings()
      // Chunks follow the order of the block below, so the passages read so far are its best and can be shown.
      for (let from = 0; from < best.length; from += ENCODE_CHUNK) {
        const chunk = best.slice(from, from + ENCODE_CHUNK)
        for await (const _ of this.#encodeChunk(request, depth, chunk, encodings, signal));
        blocks = [await scoreBlock(this.#decoder!, below.length, encodings, signals, 'final list'), ...below]
        if (provisional && encodings.size < best.length) yield ranking(false)
      }
    }

    if (request.refine > 0) {
      const { scored } = blocks[0]!
      const best = orderByScore(scored).slice(0, request.refine)
      const subset = best.map(place => scored.indices[place]!)
      blocks = [await scoreBlock(this.#decoder!, blocks.length, encodings, signals, 'refined part', subset), ...blocks]
    }
    yield ranking(true)
  }

  /** @returns one vector of unit length per text; with `tokens`, those of its own tokens follow: [1 + token, width] */
  embed(texts: readonly string[], signal: AbortSignal, tokens = false, prompt?: string): Promise<Float32Array[]> {
    return this.#embedder.embed(texts, tokens, signal, prompt)
  }

  /** @returns each text's codes, for `Candidate.codes` */
  encode(texts: readonly string[], signal: AbortSignal): Promise<Uint8Array[]> {
    return this.#embedder.encode(texts, this.#coder, signal)
  }

  /** @returns of each text, which of its words met those of the query */
  async matches(query: string, texts: readonly string[], signal: AbortSignal): Promise<WordMatch[][]> {
    const { maxLength, countTokens } = this.#prompter
    const read: ReadText[] = []
    const items = [query, ...texts].map((text, place) => {
      const name = place === 0 ? 'query' : undefined
      return { place, text, name, prompt: this.#embedder.promptFor(text, name) }
    })
    await this.#embedder.embedCached(items, true, signal, ({ place, text, name, prompt }, { tokens }) => {
      const words = measure(text, maxLength, countTokens)
      read[place] = { text, words, tokens: tokens!, own: this.#prompter.textTokens(prompt, name) }
    })
    return read.slice(1).map(text => wordMatches(read[0]!, text))
  }

  /** Of each text, the share of letters that the model's vocabulary knows in pieces of two letters or more. */
  knownShares(texts: readonly string[]): number[] {
    return texts.map(text => this.#prompter.knownShare(text))
  }

  /** Collects the signals of a chunk beside MVP's scores. Texts in the cache are not embedded again. */
  async #addSignals(
    chunk: readonly Candidate[],
    { query, fusion }: EngineRequest,
    signals: CandidateSignals,
    signal: AbortSignal,
  ): Promise<void> {
    const { embed, lateInteraction } = fusion!
    const { embedder } = this.manifest.architecture
    // The scores of a model that compares vectors are not made of codes, and it needs more than a given vector.
    const keeps = embed && !embedder && this.#kept.isOn
    const needsTokens = embedder?.scoring === 'late-interaction'
    const texts: { prompt: EncodedPrompt; index?: number; key?: string | undefined }[] = []
    const coded = new Map<number, Uint8Array>()
    if (signals.needsQuery(chunk, embed)) texts.push({ prompt: this.#embedder.promptFor(query, 'query') })
    for (const { index, context, vector, codes } of chunk) {
      const key = keeps && !codes && !vector ? await this.#kept.keyOf(context) : undefined
      const known = codes ?? (key && this.#kept.get(key))
      if (known) coded.set(index, known)
      else if (embed && (needsTokens || !vector)) {
        texts.push({ prompt: this.#embedder.promptFor(context), index, key })
      }
    }
    await this.#embedder.embedCached(texts, lateInteraction || keeps, signal, (text, embedding) => {
      const { prompt, index, key } = text
      if (index === undefined) signals.setQuery(embedding, this.#prompter.textTokens(prompt, 'query'))
      else if (key === undefined) signals.addEmbedding(index, embedding)
      else {
        // On first sight a passage counts by its codes too: a ranking does not depend on those before it.
        coded.set(index, this.#coder.encode(embedding))
        this.#kept.set(key, coded.get(index)!)
      }
    })
    for (const [index, codes] of coded) signals.addEmbedding(index, this.#coder.decode(codes, index))
    signals.addGiven(chunk)
  }

  /** Encodes the prompts that are not cached. Yields true after each batch, or false once if all were cached. */
  async *#encodeChunk(
    { query, maxWindows }: EngineRequest,
    depth: number,
    chunk: readonly Candidate[],
    encodings: PassageEncodings,
    signal: AbortSignal,
  ): AsyncGenerator<boolean, void, void> {
    const missing = new Map<string, { prompt: EncodedPrompt; key: string; places: [index: number, window: number][] }>()
    for (const { index, context } of chunk) {
      const windows = windowsOf(this.#prompter, query, context, maxWindows)
      encodings.add(index, windows)
      windows.forEach(({ start, end }, window) => {
        const prompt = this.#prompter.rerank(query, { text: context.slice(start, end) })
        const key = VectorCache.key(prompt.ids, depth)
        const cached = this.#cache.get(key)
        const duplicate = missing.get(key)
        if (cached) encodings.setVectors(index, window, cached)
        else if (duplicate) duplicate.places.push([index, window])
        else missing.set(key, { prompt, key, places: [[index, window]] })
      })
    }
    if (missing.size === 0) {
      await yieldToEventLoop()
      signal.throwIfAborted()
      yield false
    }
    for (const batch of this.#batches.plan([...missing.values()])) {
      const encoded = await this.#batches.run(batch, prompts => this.#encoder.encode(prompts, depth))
      batch.forEach((item, i) => {
        for (const [index, window] of item.places) encodings.setVectors(index, window, encoded[i]!)
        this.#cache.set(item.key, encoded[i]!)
      })
      await yieldToEventLoop()
      signal.throwIfAborted()
      yield true
    }
  }

  clearCache(): void {
    this.#cache.clear()
    this.#kept.clear()
  }

  async release(): Promise<void> {
    await this.#encoder.release()
    await this.#decoder?.release()
  }
}
