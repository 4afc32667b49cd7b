/**
 * Runs work while no other tab runs work of the same name. A closed tab or an ended worker releases its lock. Waiting
 * ends with the signal. Without Web Locks the work runs at once: parts are named by their content, so at worst a file
 * is downloaded twice.
 */
export async function withWebLock<T>(
  name: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const locks = globalThis.navigator?.locks as LockManager | undefined
  if (!locks) return work()
  return locks.request(`mvp-rerank:${name}`, signal ? { signal } : {}, work)
}
