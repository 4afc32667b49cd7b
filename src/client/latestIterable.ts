import { linkSignals } from '../util/abort.js'

/**
 * A call with a callback as an async iterable that keeps only the newest value: a slow consumer skips what is out of
 * date. The call's own result comes last; leaving the loop aborts it, and so does the caller's signal.
 */
export async function* toLatestIterable<T>(
  start: (push: (value: T) => void, signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): AsyncGenerator<T, void, void> {
  const { controller, release } = linkSignals([signal])
  let newest: T | undefined
  let wake = () => {}
  let final: { value: T } | { error: unknown } | undefined
  const settle = (outcome: typeof final) => {
    final = outcome
    wake()
  }
  start(value => {
    newest = value
    wake()
  }, controller.signal).then(
    value => settle({ value }),
    error => settle({ error }),
  )
  try {
    while (!final) {
      if (newest === undefined) {
        await new Promise<void>(resolve => {
          wake = resolve
        })
        continue
      }
      const value = newest
      newest = undefined
      yield value
    }
    if ('error' in final) throw final.error
    yield final.value
  } finally {
    controller.abort()
    release()
  }
}
