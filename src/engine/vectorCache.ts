import type { Embedding } from './embedding.js'

/** Relevance vectors of a query with a passage, or the embedding of a text alone. */
type Cached = Float32Array | Embedding

/** Stands for the depth of a text alone, without a query. */
export const TEXT_ONLY = 0
/** And of a query that is read otherwise than a passage of the same tokens. */
export const QUERY_ONLY = 0xffff

/**
 * A least-recently-used cache of the encoder's output by prompt, bounded in bytes. The key consists of the prompt's
 * token ids: equal ids give equal vectors, and no hash can collide.
 */
export class VectorCache {
  readonly #entries = new Map<string, Cached>()
  #bytes = 0

  readonly #maxBytes: number

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** @param depth the exit at which the vectors were read, or `TEXT_ONLY` */
  static key(ids: ArrayLike<number>, depth: number): string {
    let key = String.fromCharCode(depth)
    for (let i = 0; i < ids.length; i += 4096) {
      const units: number[] = []
      for (let j = i; j < Math.min(ids.length, i + 4096); j++) {
        const id = ids[j]!
        // Two code units per id: some vocabularies exceed 65,536.
        units.push(id & 0xffff, id >>> 16)
      }
      key += String.fromCharCode(...units)
    }
    return key
  }

  /** @param key also determines the type of the value */
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

  /** An embedding with tokens replaces one without. */
  set(key: string, vectors: Cached): void {
    const known = this.#entries.get(key)
    if (known) this.#bytes -= bytesOf(key, known)
    this.#entries.delete(key)
    this.#entries.set(key, vectors)
    this.#bytes += bytesOf(key, vectors)
    for (const [oldest, value] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) break
      this.#entries.delete(oldest)
      this.#bytes -= bytesOf(oldest, value)
    }
  }
}

/**
 * The measured overhead of a typed array in V8 and its allocator: 230 bytes on the heap and 330 off it. For short texts
 * it is the largest part.
 */
const ARRAY_OVERHEAD = 560

function bytesOf(key: string, cached: Cached): number {
  const arrays =
    cached instanceof Float32Array ? [cached] : [cached.vector, cached.tokens?.values, cached.tokens?.scales]
  return arrays.reduce((sum, array) => sum + (array ? ARRAY_OVERHEAD + array.byteLength : 0), key.length * 2)
}
