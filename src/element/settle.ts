/** Milliseconds, about. */
const FRAME = 16

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
 * A function that acts at once and then at most every so many milliseconds, on the newest call. `finish` is the last call, and resolves once it was acted on; never, where it
 * was cancelled before.
 * @param busy while it says so, calls wait
 */
export function atMostEvery<Arg>(
  milliseconds: number,
  act: (arg: Arg) => void,
  busy: () => boolean = () => false,
): { call: (arg: Arg) => void; finish: (arg: Arg) => Promise<void>; cancel: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = Number.NEGATIVE_INFINITY
  let finished = false
  const call = (arg: Arg, done?: () => void, wait = Math.max(0, last + milliseconds - performance.now())) => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (busy()) return call(arg, done, FRAME)
      last = performance.now()
      act(arg)
      done?.()
    }, wait)
  }
  return {
    call: arg => {
      if (!finished) call(arg)
    },
    finish: arg => {
      finished = true
      return new Promise(done => call(arg, done))
    },
    cancel: () => clearTimeout(timer),
  }
}
