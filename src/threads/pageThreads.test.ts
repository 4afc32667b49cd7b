import { expect, test, vi } from 'vitest'
import { runThreads } from './pageThreads.js'

class FakeWorker extends EventTarget {
  readonly postMessage = vi.fn()
  readonly terminate = vi.fn()
  onmessage?: () => void
  onerror?: (event: Event) => void

  ask(data: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data }))
  }
}

function open(start: () => FakeWorker) {
  const worker = new FakeWorker()
  const end = runThreads(worker as unknown as Worker, start as unknown as () => Worker)
  return { worker, end }
}

test('starts the threads that a worker asks for, and ends one or all of them', () => {
  const threads: FakeWorker[] = []
  const { worker, end } = open(() => {
    threads.push(new FakeWorker())
    return threads.at(-1)!
  })
  const start = { board: 64 }
  for (const thread of [1, 2]) worker.ask({ thread, start })
  // Answers to calls, and whatever a page's own worker sends.
  for (const other of [{ id: 'a', type: 'RAW' }, null, 'text', undefined]) worker.ask(other)
  expect(threads.map(({ postMessage }) => postMessage.mock.calls)).toEqual([[[start]], [[start]]])
  expect(worker.postMessage).not.toHaveBeenCalled()
  threads[1]!.onmessage!()
  expect(worker.postMessage.mock.calls).toEqual([[{ thread: 2, serves: true }]])
  worker.ask({ thread: 2 })
  expect(threads[1]!.terminate).toHaveBeenCalledOnce()
  expect(threads[0]!.terminate).not.toHaveBeenCalled()
  end()
  expect(threads[0]!.terminate).toHaveBeenCalledOnce()
})

test('says that a thread does not serve if it fails, or if the page can start none', () => {
  const thread = new FakeWorker()
  const failing = open(() => thread)
  failing.worker.ask({ thread: 1, start: {} })
  const event = new Event('error', { cancelable: true })
  thread.onerror!(event)
  expect(event.defaultPrevented).toBe(true)
  expect(failing.worker.postMessage.mock.calls).toEqual([[{ thread: 1, serves: false }]])

  const blocked = open(() => {
    throw new Error('The worker could not be created.')
  })
  blocked.worker.ask({ thread: 1, start: {} })
  expect(blocked.worker.postMessage.mock.calls).toEqual([[{ thread: 1, serves: false }]])

  // A page's own function that returns the same worker again.
  const same = open(() => same.worker)
  same.worker.ask({ thread: 1, start: {} })
  expect(same.worker.postMessage.mock.calls).toEqual([[{ thread: 1, serves: false }]])
})
