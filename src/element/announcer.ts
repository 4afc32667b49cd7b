/** Between a change and its message, in milliseconds: a message that a newer one overtakes is never read, and rows may go on moving. */
const quiet = 900

/** What a screen reader is told, once things have settled; never the same twice in a row. */
export class Announcer {
  #timer: ReturnType<typeof setTimeout> | undefined
  #wanted = ''

  readonly #say: (message: string) => void

  /** @param say puts a message where it is read out */
  constructor(say: (message: string) => void) {
    this.#say = say
  }

  /** @param message empty: nothing to tell, and what waits to be told is forgotten */
  announce(message: string): void {
    if (message === this.#wanted) return
    this.#wanted = message
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#say(message), message === '' ? 0 : quiet)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#wanted = ''
  }
}
