/**
 * A controller that aborts with any of several signals. A caller's signal may outlive many calls, so `release` removes
 * the listeners, which `AbortSignal.any` does not.
 */
export function linkSignals(signals: readonly (AbortSignal | undefined)[]): {
  controller: AbortController
  release: () => void
} {
  const controller = new AbortController()
  const sources = signals.filter(source => source !== undefined)
  const follow = () => {
    const aborted = sources.find(source => source.aborted)
    if (aborted) controller.abort(aborted.reason)
  }
  for (const source of sources) source.addEventListener('abort', follow)
  follow()
  const release = () => {
    for (const source of sources) source.removeEventListener('abort', follow)
  }
  return { controller, release }
}

/**
 * Settles with the promise or rejects with the abort's reason, whichever comes first.
 * @param onAbort called on abort
 */
export function raceAbort<T>(promise: Promise<T>, signal?: AbortSignal, onAbort?: () => void): Promise<T> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const stop = () => {
      reject(signal.reason)
      onAbort?.()
    }
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
