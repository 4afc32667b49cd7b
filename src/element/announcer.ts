/**
 * Milliseconds between a change and its message. Rows may go on moving, and a screen reader never reads a message that
 * a newer one replaces meanwhile.
 */
const messageDelay = 900

/** Puts messages where a screen reader reads them, once they settle. Never repeats the last message. */
export class Announcer {
  #timer: ReturnType<typeof setTimeout> | undefined
  #message = ''

  readonly #show: (message: string) => void

  /** @param show puts a message where a screen reader finds it */
  constructor(show: (message: string) => void) {
    this.#show = show
  }

  /** @param message an empty one clears the present message and drops a waiting one */
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
