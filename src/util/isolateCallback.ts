/** Wraps a caller's callback: its errors go to the global error handler and do not stop the library. */
export function isolateCallback<T>(callback: ((value: T) => void) | undefined): (value: T) => void {
  return value => {
    try {
      callback?.(value)
    } catch (error) {
      queueMicrotask(() => {
        throw error
      })
    }
  }
}
