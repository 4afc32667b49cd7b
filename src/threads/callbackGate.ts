/**
 * Drops a callback's calls that come too late. Callbacks use ports of their own (see callbackTransfer.ts), so the
 * result of a call may overtake them; a page that is ready must not be told that it still waits.
 */
export class CallbackGate {
  #open = true

  /** The callback as long as the gate is open. */
  whileOpen<T>(callback: (value: T) => void): (value: T) => void {
    return value => {
      if (this.#open) callback(value)
    }
  }

  close(): void {
    this.#open = false
  }
}
