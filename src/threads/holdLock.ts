/** Holds the Web Lock of this name until the worker ends; resolves once it is held. Who gets it next knows that the worker is gone. */
export function holdLock(name: string): Promise<void> {
  return new Promise((held, failed) => {
    const forever = () => {
      held()
      return new Promise<never>(() => {})
    }
    navigator.locks.request(name, forever).catch(failed)
  })
}
