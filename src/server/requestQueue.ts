import { HttpError } from './httpError.js'

/** How much the newest request counts in the mean time that one takes. */
const WEIGHT = 0.2

/**
 * Lets in so many requests at a time; some more wait in line, and the rest are told when to come back. A request whose client has gone leaves the line.
 */
export class RequestQueue {
  running = 0
  readonly #line: (() => void)[] = []
  #meanMs = 0

  readonly #most: number
  readonly #mostWaiting: number

  constructor(most: number, mostWaiting: number) {
    this.#most = most
    this.#mostWaiting = mostWaiting
  }

  get waiting(): number {
    return this.#line.length
  }

  /** @returns ends the turn. @throws HttpError 429, or `signal.reason` */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    if (this.running < this.#most) this.running++
    else await this.#wait(signal)
    const started = performance.now()
    return () => {
      const ms = performance.now() - started
      this.#meanMs = this.#meanMs === 0 ? ms : this.#meanMs + WEIGHT * (ms - this.#meanMs)
      const next = this.#line.shift()
      // The place is handed on, so that nobody can slip in between.
      if (next) next()
      else this.running--
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    if (this.#line.length >= this.#mostWaiting) {
      throw new HttpError(429, 'overloaded', `${this.#line.length} requests are waiting already.`, {
        'retry-after': String(this.#secondsToWait()),
      })
    }
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const leave = () => {
        this.#line.splice(this.#line.indexOf(enter), 1)
        reject(signal.reason)
      }
      this.#line.push(enter)
      signal.addEventListener('abort', leave, { once: true })
    })
  }

  /** Until all that are here now have been answered, as far as can be known. */
  #secondsToWait(): number {
    return Math.max(1, Math.ceil(((this.#line.length + this.running) * this.#meanMs) / this.#most / 1000))
  }
}
