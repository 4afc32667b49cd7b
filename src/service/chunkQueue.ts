import { FIRST_SLICE, SLICE } from '../engine/batch.js'

/** Candidates that arrive in pieces of any size and are taken in slices, a small one first, until `total` have been taken. */
export class SliceQueue<T> {
  private waiting: T[] = []
  private taken = 0
  private size = FIRST_SLICE
  private wake: () => void = () => {}

  constructor(private readonly total: number) {}

  push(items: readonly T[]): void {
    this.waiting.push(...items)
    this.wake()
  }

  /** @returns the next slice, waiting for it if need be; undefined when all have been taken */
  async next(signal: AbortSignal): Promise<T[] | undefined> {
    if (this.taken === this.total) return undefined
    const left = this.total - this.taken
    // No small rest: it would be a batch of its own.
    const wanted = left <= 1.5 * this.size ? left : this.size
    while (this.waiting.length < wanted) await this.arrival(signal)
    const slice = this.waiting.splice(0, wanted)
    this.taken += slice.length
    this.size = Math.min(SLICE, 2 * this.size)
    return slice
  }

  private arrival(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => reject(signal.reason)
      signal.throwIfAborted()
      signal.addEventListener('abort', stop, { once: true })
      this.wake = () => {
        signal.removeEventListener('abort', stop)
        resolve()
      }
    })
  }
}
