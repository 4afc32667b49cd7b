/**
 * Lets waiting messages in. On WASM an awaited run yields only microtasks; without this, an abort would be read after
 * the last batch. It posts a message because timers are clamped to 4 ms.
 */
export function yieldToEventLoop(): Promise<void> {
  return new Promise<void>(resolve => {
    enqueueTask(resolve)
  })
}

// In Node a listening port would keep the process alive.
const { setImmediate } = globalThis as { setImmediate?: (task: () => void) => void }
const enqueueTask = setImmediate ?? byMessage()

/** The part of MessageChannel that is used: the types of Node leave `onmessage` out. */
interface Channel {
  port1: { onmessage: () => void }
  port2: { postMessage(message: null): void }
}

/** One channel for all calls: opening and closing a channel costs more than a message. */
function byMessage(): (task: () => void) => void {
  const { port1, port2 } = new MessageChannel() as unknown as Channel
  const waiting: (() => void)[] = []
  port1.onmessage = () => waiting.shift()!()
  return task => {
    waiting.push(task)
    port2.postMessage(null)
  }
}
