import { RerankError } from '../api/errors.js'
import { yieldToEventLoop } from '../util/yieldToEventLoop.js'
import { ENCODE_CHUNK } from './batch.js'
import type { Batcher } from './batcher.js'
import type { Embedding } from './embedding.js'
import type { Encoder } from './encoder.js'
import type { EncodedPrompt, Prompter } from './prompt.js'
import { ALONE, VectorCache } from './vectorCache.js'

/** Texts, each read alone, to vectors. */
export class TextEmbedder {
  /** Of the model. */
  readonly #name: string
  readonly #prompter: Prompter
  readonly #encoder: Encoder
  readonly #batches: Batcher
  readonly #cache: VectorCache

  constructor(name: string, prompter: Prompter, encoder: Encoder, batches: Batcher, cache: VectorCache) {
    this.#name = name
    this.#prompter = prompter
    this.#encoder = encoder
    this.#batches = batches
    this.#cache = cache
  }

  /** @returns one vector of unit length a text */
  async embed(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
    const vectors: Float32Array[] = new Array(texts.length)
    for (let from = 0; from < texts.length; from += ENCODE_CHUNK) {
      const items = texts
        .slice(from, from + ENCODE_CHUNK)
        .map((text, i) => ({ place: from + i, prompt: this.alone(text) }))
      await this.#embedPrompts(items, false, signal, ({ place }, { vector }) => {
        vectors[place] = vector
      })
    }
    return vectors
  }

  /** @throws RerankError unsupported */
  alone(text: string): EncodedPrompt {
    const { embed } = this.#prompter
    if (!embed) throw new RerankError('unsupported', `The model ${this.#name} cannot embed texts.`)
    return embed(text)
  }

  /** Once for all requests, as long as the cache holds it. `found` comes for the first item first: a query with which the others are compared. */
  async embedCached<T extends { prompt: EncodedPrompt }>(
    items: readonly T[],
    tokens: boolean,
    signal: AbortSignal,
    found: (item: T, embedding: Embedding) => void,
  ): Promise<void> {
    const missing = new Map<string, { prompt: EncodedPrompt; key: string; twins: T[] }>()
    const later: (() => void)[] = []
    for (const item of items) {
      const key = VectorCache.key(item.prompt.ids, ALONE)
      const known = this.#cache.get<Embedding>(key)
      const twin = missing.get(key)
      if (known && (known.tokens || !tokens)) {
        if (missing.size === 0) found(item, known)
        else later.push(() => found(item, known))
      } else if (twin) twin.twins.push(item)
      else missing.set(key, { prompt: item.prompt, key, twins: [item] })
    }
    await this.#embedPrompts([...missing.values()], tokens, signal, ({ key, twins }, embedding) => {
      this.#cache.set(key, embedding)
      for (const twin of twins) found(twin, embedding)
    })
    for (const tell of later) tell()
  }

  async #embedPrompts<T extends { prompt: EncodedPrompt }>(
    items: readonly T[],
    tokens: boolean,
    signal: AbortSignal,
    done: (item: T, embedding: Embedding) => void,
  ): Promise<void> {
    for (const batch of this.#batches.plan(items)) {
      const embedded = await this.#batches.timed(batch, prompts => this.#encoder.embed(prompts, tokens))
      batch.forEach((item, i) => {
        done(item, embedded[i]!)
      })
      await yieldToEventLoop()
      signal.throwIfAborted()
    }
  }
}
