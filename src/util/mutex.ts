/** Runs tasks one at a time, in order. */
export class Mutex {
  #last: Promise<unknown> = Promise.resolve()

  runExclusive<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task, task)
    this.#last = result.catch(() => undefined)
    return result
  }
}
