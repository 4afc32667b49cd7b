/**
 * Runs work while no other tab runs work of the same name. A tab that is closed or a worker that is ended lets go by
 * itself, and the next one goes on. Waiting ends with the signal. Where the browser has no Web Locks, or denies them to
 * a page whose storage is blocked, the work just runs: parts are named by what they hold, so the worst is to download
 * twice.
 */
export async function withWebLock<T>(
  name: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const locks = globalThis.navigator?.locks as LockManager | undefined
  if (!locks) return work()
  let begun = false
  const begin = () => {
    begun = true
    return work()
  }
  try {
    return await locks.request(`mvp-rerank:${name}`, signal ? { signal } : {}, begin)
  } catch (error) {
    if (begun || signal?.aborted) throw error
    return work()
  }
}
