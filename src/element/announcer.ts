/**
 * Milliseconds between a change and its message. A screen reader never reads a message that a newer one replaces
 * meanwhile, and rows may go on moving.
 */
const messageDelay = 900

/** Puts messages where a screen reader reads them, once they settle; never the same message twice in a row. */
export class Announcer {
  #timer: ReturnType<typeof setTimeout> | undefined
  #message = ''

  readonly #show: (message: string) => void

  /** @param show puts a message where a screen reader finds it */
  constructor(show: (message: string) => void) {
    this.#show = show
  }

  /** @param message empty: clears the present message, and drops one that waits */
  announce(message: string): void {
    if (message === this.#message) return
    this.#message = message
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#show(message), message === '' ? 0 : messageDelay)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#message = ''
  }
}
