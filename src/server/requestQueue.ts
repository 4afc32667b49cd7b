import { HttpError } from './httpError.js'

/** Weight of the newest request in the moving average of durations. */
const WEIGHT = 0.2

/**
 * Lets `maxRunning` requests run and `maxWaiting` wait. Others are refused with a time to retry. A request whose client
 * has gone leaves the queue.
 */
export class RequestQueue {
  running = 0
  readonly #queue: (() => void)[] = []
  #meanMs = 0

  readonly #maxRunning: number
  readonly #maxWaiting: number

  constructor(maxRunning: number, maxWaiting: number) {
    this.#maxRunning = maxRunning
    this.#maxWaiting = maxWaiting
  }

  get waiting(): number {
    return this.#queue.length
  }

  /** @returns a function that ends the request's turn. @throws HttpError 429, or `signal.reason` */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    if (this.running < this.#maxRunning) this.running++
    else await this.#wait(signal)
    const started = performance.now()
    return () => {
      const ms = performance.now() - started
      this.#meanMs = this.#meanMs === 0 ? ms : this.#meanMs + WEIGHT * (ms - this.#meanMs)
      const next = this.#queue.shift()
      // Hands its place to the next in line, so no new request can take it.
      if (next) next()
      else this.running--
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    if (this.#queue.length >= this.#maxWaiting) {
      throw new HttpError(429, 'overloaded', `${this.#queue.length} requests are waiting already.`, {
        'retry-after': String(this.#secondsToWait()),
      })
    }
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const leave = () => {
        this.#queue.splice(this.#queue.indexOf(enter), 1)
        reject(signal.reason)
      }
      this.#queue.push(enter)
      signal.addEventListener('abort', leave, { once: true })
    })
  }

  /** An estimate of when all current requests will be answered. */
  #secondsToWait(): number {
    return Math.max(1, Math.ceil(((this.#queue.length + this.running) * this.#meanMs) / this.#maxRunning / 1000))
  }
}
