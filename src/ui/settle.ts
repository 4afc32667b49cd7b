/** A function that acts once its calls have paused for so many milliseconds, with the arguments of the last one. */
export function afterPause<Args extends unknown[]>(
  milliseconds: number,
  act: (...args: Args) => void,
): (...args: Args) => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return (...args) => {
    clearTimeout(timer)
    timer = setTimeout(act, milliseconds, ...args)
  }
}

/**
 * A function that acts at once and then at most every so many milliseconds, on the newest call. `flush` acts on a call at once and forgets
 * the one that waits.
 */
export function atMostEvery<Arg>(
  milliseconds: number,
  act: (arg: Arg) => void,
): { call: (arg: Arg) => void; flush: (arg: Arg) => void; cancel: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = Number.NEGATIVE_INFINITY
  const flush = (arg: Arg) => {
    clearTimeout(timer)
    last = performance.now()
    act(arg)
  }
  return {
    call: arg => {
      clearTimeout(timer)
      timer = setTimeout(flush, Math.max(0, last + milliseconds - performance.now()), arg)
    },
    flush,
    cancel: () => clearTimeout(timer),
  }
}
