/** What a worker asks of its page. */
export interface ThreadRequest {
  thread: number
  /** The first message for the thread. Absent: end the thread. */
  start?: object
}

/** What the page answers to a start. */
export interface ThreadAnswer {
  thread: number
  serves: boolean
}

/**
 * Starts and ends the threads of a worker's kernels, as the worker asks. The worker does not start them itself,
 * because `new Worker` in a worker sometimes never returns in Firefox.
 * @param start starts a worker of the same script
 * @returns ends all threads
 */
export function runThreads(worker: Worker, start: () => Worker): () => void {
  const threads = new Map<number, Worker>()

  function begin(thread: number, first: object): void {
    const answer = (serves: boolean) => worker.postMessage({ thread, serves } satisfies ThreadAnswer)
    try {
      const added = start()
      // A page's own function may return the same worker again.
      if (added === worker) throw new Error('no new worker')
      threads.set(thread, added)
      added.onmessage = () => answer(true)
      added.onerror = event => {
        event.preventDefault()
        answer(false)
      }
      added.postMessage(first)
    } catch {
      answer(false)
    }
  }

  worker.addEventListener('message', ({ data }: MessageEvent<Partial<ThreadRequest> | null>) => {
    if (data?.thread === undefined) return
    if (data.start) begin(data.thread, data.start)
    else {
      threads.get(data.thread)?.terminate()
      threads.delete(data.thread)
    }
  })
  return () => {
    for (const thread of threads.values()) thread.terminate()
  }
}
