/**
 * Drops late calls of a callback. Callbacks use separate ports (see callbackTransfer.ts), so a progress report may
 * arrive after the result.
 */
export class CallbackGate {
  #open = true

  /** Wraps the callback: it is called only while the gate is open. */
  whileOpen<T>(callback: (value: T) => void): (value: T) => void {
    return value => {
      if (this.#open) callback(value)
    }
  }

  close(): void {
    this.#open = false
  }
}
