import { ENCODE_CHUNK, FIRST_CHUNK } from '../engine/batch.js'

/** Takes items in pieces of any size and gives them out in chunks, a small one first, until `total` have left. */
export class ChunkQueue<T> {
  #items: T[] = []
  #served = 0
  #size = FIRST_CHUNK
  #wake: () => void = () => {}

  readonly #total: number

  constructor(total: number) {
    this.#total = total
  }

  push(items: readonly T[]): void {
    this.#items.push(...items)
    this.#wake()
  }

  /** Waits for the next chunk. @returns undefined after the last */
  async next(signal: AbortSignal): Promise<T[] | undefined> {
    if (this.#served === this.#total) return undefined
    const left = this.#total - this.#served
    // A small rest joins the last chunk: alone it would be a batch of its own.
    const size = left <= 1.5 * this.#size ? left : this.#size
    while (this.#items.length < size) await this.#arrival(signal)
    const chunk = this.#items.splice(0, size)
    this.#served += chunk.length
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
