/** Milliseconds, about. */
const FRAME = 16

/** A function that acts after some milliseconds without a call, with the arguments of the last one. */
export function debounce<Args extends unknown[]>(
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
 * A function that acts at once, then at most once in some milliseconds, on the newest call. `finish` makes the last
 * call and resolves after `act`. It never resolves if `cancel` comes first.
 * @param isBusy calls wait while it returns true
 */
export function throttle<Arg>(
  milliseconds: number,
  act: (arg: Arg) => void,
  isBusy: () => boolean = () => false,
): { call: (arg: Arg) => void; finish: (arg: Arg) => Promise<void>; cancel: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = Number.NEGATIVE_INFINITY
  let finished = false
  const call = (arg: Arg, done?: () => void, wait = Math.max(0, last + milliseconds - performance.now())) => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (isBusy()) return call(arg, done, FRAME)
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
