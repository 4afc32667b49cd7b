import { RerankError } from '../api/errors.js'
import { yieldToEventLoop } from '../util/yieldToEventLoop.js'
import { type BatchScheduler, ENCODE_CHUNK } from './batch.js'
import { type Embedding, type Range, type TokenVectors, withTokens } from './embedding.js'
import type { Encoder } from './parts.js'
import type { PassageCoder } from './passageCodes.js'
import type { EncodedPrompt, Prompter } from './prompt.js'
import { QUERY_ONLY, TEXT_ONLY, VectorCache } from './vectorCache.js'

/** Embeds texts, each without a query. */
export class TextEmbedder {
  readonly #modelName: string
  readonly #prompter: Prompter
  readonly #encoder: Encoder
  readonly #batches: BatchScheduler
  readonly #cache: VectorCache

  constructor(modelName: string, prompter: Prompter, encoder: Encoder, batches: BatchScheduler, cache: VectorCache) {
    this.#modelName = modelName
    this.#prompter = prompter
    this.#encoder = encoder
    this.#batches = batches
    this.#cache = cache
  }

  /**
   * @param tokens whether the vectors of a text's own tokens follow its vector; a ranking then finds in the cache what
   *   it holds of them
   * @param name of the prompt
   * @returns one vector of unit length per text, or [1 + token, width]
   */
  async embed(texts: readonly string[], tokens: boolean, signal: AbortSignal, name?: string): Promise<Float32Array[]> {
    const vectors: Float32Array[] = new Array(texts.length)
    for (let from = 0; from < texts.length; from += ENCODE_CHUNK) {
      const items = texts
        .slice(from, from + ENCODE_CHUNK)
        .map((text, i) => ({ place: from + i, prompt: this.promptFor(text, name) }))
      await this.embedCached(items, tokens, signal, ({ place, prompt }, embedding) => {
        const { vector } = embedding
        // A copy: what crosses the thread leaves the cache.
        vectors[place] = tokens
          ? withTokens(vector, embedding.tokens!, this.#ownTokens(prompt, embedding.tokens!, name))
          : vector.slice()
      })
    }
    return vectors
  }

  /** @returns each text's codes */
  async encode(texts: readonly string[], coder: PassageCoder, signal: AbortSignal): Promise<Uint8Array[]> {
    const codes: Uint8Array[] = new Array(texts.length)
    // In chunks, so that no more tokens than those of a chunk are in memory.
    for (let from = 0; from < texts.length; from += ENCODE_CHUNK) {
      const items = texts
        .slice(from, from + ENCODE_CHUNK)
        .map((text, i) => ({ place: from + i, prompt: this.promptFor(text) }))
      await this.#embedPrompts(items, true, signal, ({ place }, embedding) => {
        codes[place] = coder.encode(embedding)
      })
    }
    return codes
  }

  /** @throws RerankError `unsupported` if the model cannot embed */
  promptFor(text: string, name?: string): EncodedPrompt {
    const { embed } = this.#prompter
    if (!embed) throw new RerankError('unsupported', `The model ${this.#modelName} cannot embed texts.`)
    return embed(text, name)
  }

  /** The tokens that late interaction compares: all that a model which scores by them keeps, else the text's own. */
  #ownTokens(prompt: EncodedPrompt, { values, scales }: TokenVectors, name?: string): Range {
    return values instanceof Float32Array ? [0, scales.length] : this.#prompter.textTokens(prompt, name)
  }

  /**
   * Embeds texts, or takes their embeddings from the cache.
   * @param onEmbedding called for the first item first: it may be the query, with which the other texts are compared
   */
  async embedCached<T extends { prompt: EncodedPrompt }>(
    items: readonly T[],
    tokens: boolean,
    signal: AbortSignal,
    onEmbedding: (item: T, embedding: Embedding) => void,
  ): Promise<void> {
    const missing = new Map<string, { prompt: EncodedPrompt; key: string; duplicates: T[] }>()
    const deferred: (() => void)[] = []
    for (const item of items) {
      const key = VectorCache.key(item.prompt.ids, item.prompt.isQuery ? QUERY_ONLY : TEXT_ONLY)
      const cached = this.#cache.get<Embedding>(key)
      const waiting = missing.get(key)
      if (cached && (cached.tokens || !tokens)) {
        if (missing.size === 0) onEmbedding(item, cached)
        else deferred.push(() => onEmbedding(item, cached))
      } else if (waiting) waiting.duplicates.push(item)
      else missing.set(key, { prompt: item.prompt, key, duplicates: [item] })
    }
    await this.#embedPrompts([...missing.values()], tokens, signal, ({ key, duplicates }, embedding) => {
      this.#cache.set(key, embedding)
      for (const item of duplicates) onEmbedding(item, embedding)
    })
    for (const call of deferred) call()
  }

  async #embedPrompts<T extends { prompt: EncodedPrompt }>(
    items: readonly T[],
    tokens: boolean,
    signal: AbortSignal,
    onEmbedding: (item: T, embedding: Embedding) => void,
  ): Promise<void> {
    for (const batch of this.#batches.plan(items)) {
      const embedded = await this.#batches.run(batch, prompts => this.#encoder.embed(prompts, tokens))
      batch.forEach((item, i) => {
        onEmbedding(item, embedded[i]!)
      })
      await yieldToEventLoop()
      signal.throwIfAborted()
    }
  }
}
