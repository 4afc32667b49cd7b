import type { Embedding } from './embedding.js'

/** Relevance vectors of a query and a passage, or what a text alone gave. */
type Cached = Float32Array | Embedding

/** In place of a depth: the text alone. */
export const ALONE = 0

/**
 * What the encoder gave, by prompt, bounded in bytes, least recently used out first. The key is the prompt's token ids themselves: equal ids give equal
 * vectors, and no hash can collide.
 */
export class VectorCache {
  readonly #entries = new Map<string, Cached>()
  #bytes = 0

  readonly #maxBytes: number

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** @param depth after which the vectors were read, or `ALONE` */
  static key(ids: ArrayLike<number>, depth: number): string {
    let key = String.fromCharCode(depth)
    for (let i = 0; i < ids.length; i += 4096) {
      const units: number[] = []
      for (let j = i; j < Math.min(ids.length, i + 4096); j++) {
        const id = ids[j]!
        // Two code units an id: vocabularies beyond 65,536 exist.
        units.push(id & 0xffff, id >>> 16)
      }
      key += String.fromCharCode(...units)
    }
    return key
  }

  /** @param key that of what is asked for: it says of what kind that is */
  get<V extends Cached = Float32Array>(key: string): V | undefined {
    const vectors = this.#entries.get(key)
    if (vectors) {
      this.#entries.delete(key)
      this.#entries.set(key, vectors)
    }
    return vectors as V | undefined
  }

  clear(): void {
    this.#entries.clear()
    this.#bytes = 0
  }

  /** An embedding takes the place of one without its tokens. */
  set(key: string, vectors: Cached): void {
    const known = this.#entries.get(key)
    if (known) this.#bytes -= cost(key, known)
    this.#entries.delete(key)
    this.#entries.set(key, vectors)
    this.#bytes += cost(key, vectors)
    for (const [oldest, value] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) break
      this.#entries.delete(oldest)
      this.#bytes -= cost(oldest, value)
    }
  }
}

/** What V8 and its allocator take for an array beside its numbers: measured, 230 bytes on the heap and 330 off it. Of short texts it is most. */
const ARRAY = 560

function cost(key: string, cached: Cached): number {
  const arrays =
    cached instanceof Float32Array ? [cached] : [cached.vector, cached.tokens?.values, cached.tokens?.scales]
  return arrays.reduce((sum, array) => sum + (array ? ARRAY + array.byteLength : 0), key.length * 2)
}
