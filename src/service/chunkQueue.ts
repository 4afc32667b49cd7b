import { ENCODE_CHUNK, FIRST_CHUNK } from '../engine/batch.js'

/** Candidates that arrive in pieces of any size and are taken in chunks, a small one first, until `total` have been taken. */
export class ChunkQueue<T> {
  #waiting: T[] = []
  #taken = 0
  #size = FIRST_CHUNK
  #wake: () => void = () => {}

  readonly #total: number

  constructor(total: number) {
    this.#total = total
  }

  push(items: readonly T[]): void {
    this.#waiting.push(...items)
    this.#wake()
  }

  /** @returns the next chunk, waiting for it if need be; undefined when all have been taken */
  async next(signal: AbortSignal): Promise<T[] | undefined> {
    if (this.#taken === this.#total) return undefined
    const left = this.#total - this.#taken
    // No small rest: it would be a batch of its own.
    const wanted = left <= 1.5 * this.#size ? left : this.#size
    while (this.#waiting.length < wanted) await this.#arrival(signal)
    const chunk = this.#waiting.splice(0, wanted)
    this.#taken += chunk.length
    this.#size = Math.min(ENCODE_CHUNK, 2 * this.#size)
    return chunk
  }

  #arrival(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => reject(signal.reason)
      signal.throwIfAborted()
      signal.addEventListener('abort', stop, { once: true })
      this.#wake = () => {
        signal.removeEventListener('abort', stop)
        resolve()
      }
    })
  }
}
