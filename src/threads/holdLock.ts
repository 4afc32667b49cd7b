/** Holds a Web Lock until the worker ends; resolves once it is held. The next holder knows that the worker is gone. */
export function holdLock(name: string): Promise<void> {
  return new Promise((held, failed) => {
    const forever = () => {
      held()
      return new Promise<never>(() => {})
    }
    navigator.locks.request(name, forever).catch(failed)
  })
}
