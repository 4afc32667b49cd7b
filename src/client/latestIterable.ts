import { linkSignals } from '../util/abort.js'

/**
 * Turns a call with a callback into an async iterable of the newest values: a slow consumer skips outdated ones. The
 * call's result comes last. Leaving the loop, or the caller's signal, aborts the call.
 */
export async function* toLatestIterable<T>(
  start: (push: (value: T) => void, signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): AsyncGenerator<T, void, void> {
  const { controller, release } = linkSignals([signal])
  let newest: T | undefined
  let wake = () => {}
  let isSettled = false
  const result = start(value => {
    newest = value
    wake()
  }, controller.signal)
  const settle = () => {
    isSettled = true
    wake()
  }
  result.then(settle, settle)
  try {
    while (!isSettled) {
      if (newest === undefined) {
        await new Promise<void>(resolve => {
          wake = resolve
        })
      } else {
        const value = newest
        newest = undefined
        yield value
      }
    }
    yield await result
  } finally {
    controller.abort()
    release()
  }
}
