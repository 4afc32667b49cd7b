/**
 * What a call is told on its way comes by a port of its own (see toPortCallback.ts), and may be overtaken by the answer: it would then tell a page that is ready
 * that it still waits. Such messages are kept back.
 */
export class CallbackGate {
  #answered = false

  /** The callback, as long as the call goes on. */
  only<T>(callback: (value: T) => void): (value: T) => void {
    return value => {
      if (!this.#answered) callback(value)
    }
  }

  end(): void {
    this.#answered = true
  }
}
