import { sha256 } from '../util/sha256.js'

/** Bytes that an entry takes beside its codes: its key and the overhead of an array and a map. */
const ENTRY_OVERHEAD = 700

/**
 * Codes of texts for lists that come again, bounded in bytes; those that were not asked for longest go first. A key is
 * the SHA-256 of the model's weights and the text, so no text is kept.
 */
export class KeptCodes {
  readonly #entries = new Map<string, Uint8Array>()
  #bytes = 0

  readonly #weights: string
  readonly #maxBytes: number

  constructor(weights: string, maxBytes: number) {
    this.#weights = weights
    this.#maxBytes = maxBytes
  }

  /** Whether anything may be kept. */
  get isOn(): boolean {
    return this.#maxBytes > 0
  }

  keyOf(text: string): Promise<string> {
    return sha256(new TextEncoder().encode(`${this.#weights} ${text}`))
  }

  get(key: string): Uint8Array | undefined {
    const codes = this.#entries.get(key)
    if (codes) {
      this.#entries.delete(key)
      this.#entries.set(key, codes)
    }
    return codes
  }

  set(key: string, codes: Uint8Array): void {
    if (this.#entries.has(key)) return
    this.#entries.set(key, codes)
    this.#bytes += codes.length + ENTRY_OVERHEAD
    for (const [oldest, { length }] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) break
      this.#entries.delete(oldest)
      this.#bytes -= length + ENTRY_OVERHEAD
    }
  }

  clear(): void {
    this.#entries.clear()
    this.#bytes = 0
  }
}
