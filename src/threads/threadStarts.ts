/** Milliseconds, twice: a page that was busy gets the worker's word after the first. */
const PATIENCE = 1500

/** What a worker says before and after it starts a worker of its own. */
interface StartNotice {
  startsThread: boolean
}

/**
 * Lets this worker say when it starts another, as onnxruntime does for its threads. In Firefox, `new Worker` in a
 * worker sometimes never returns: a debugger shows parent and child waiting for the same condition.
 */
export function announceThreadStarts(): void {
  const scope = globalThis as { Worker?: typeof Worker }
  // Safari before 15.5 has none in workers.
  if (!scope.Worker) return
  const say = (startsThread: boolean) => postMessage({ startsThread } satisfies StartNotice)
  scope.Worker = class extends scope.Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      say(true)
      super(...args)
      say(false)
    }
  }
}

/** Calls back if the worker does not return from starting another. */
export function watchThreadStarts(worker: Worker, onStuck: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  worker.addEventListener('message', ({ data }: MessageEvent<Partial<StartNotice> | null>) => {
    if (data?.startsThread === undefined) return
    clearTimeout(timer)
    if (data.startsThread) {
      timer = setTimeout(() => {
        timer = setTimeout(onStuck, PATIENCE)
      }, PATIENCE)
    }
  })
}
