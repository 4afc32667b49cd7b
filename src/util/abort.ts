/**
 * A controller that follows several signals. Unlike `AbortSignal.any`, it leaves nothing on the signals once it is
 * released: a caller's signal may outlive many calls.
 */
export function linkSignals(signals: readonly (AbortSignal | undefined)[]): {
  controller: AbortController
  release: () => void
} {
  const controller = new AbortController()
  const sources = signals.filter(source => source !== undefined)
  const stops = sources.map(source => () => controller.abort(source.reason))
  sources.forEach((source, i) => {
    if (source.aborted) stops[i]!()
    else source.addEventListener('abort', stops[i]!)
  })
  const release = () => sources.forEach((source, i) => void source.removeEventListener('abort', stops[i]!))
  return { controller, release }
}

/** Settles with the promise or with the abort, whichever comes first. @param onAbort called on abort */
export function raceAbort<T>(promise: Promise<T>, signal?: AbortSignal, onAbort?: () => void): Promise<T> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const stop = () => {
      reject(signal.reason)
      onAbort?.()
    }
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop)
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
