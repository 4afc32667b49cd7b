/** The part of LockManager that is used here. Node has none. */
interface WebLocks {
  request<T>(name: string, options: { signal?: AbortSignal }, work: () => Promise<T>): Promise<T>
}

function webLocks(): WebLocks | undefined {
  return (globalThis as { navigator?: { locks?: WebLocks } }).navigator?.locks
}

/**
 * Runs work while no other tab runs work of the same name. A closed tab or an ended worker releases its lock. The
 * signal ends the wait. Without Web Locks, or on a page whose storage is blocked, the work runs at once: stored parts
 * are named by their content, so at worst a file is downloaded twice.
 */
export async function withWebLock<T>(
  name: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const locks = webLocks()
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

/**
 * Holds a Web Lock until this worker ends, and resolves once it is held. Whoever gets the lock next knows that the
 * worker is gone. Call it only if the page has Web Locks.
 */
export function holdWebLock(name: string): Promise<void> {
  return new Promise((held, failed) => {
    const holdForever = () => {
      held()
      return new Promise<never>(() => {})
    }
    webLocks()!.request(name, {}, holdForever).catch(failed)
  })
}
