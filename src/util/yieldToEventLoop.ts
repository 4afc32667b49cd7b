/**
 * Lets waiting messages arrive. On WASM an awaited run yields only microtasks, so an abort would arrive after the last
 * batch. This posts a message because timers are clamped to 4 ms.
 */
export function yieldToEventLoop(): Promise<void> {
  return new Promise<void>(resolve => {
    enqueueTask(resolve)
  })
}

// Node has setImmediate; a listening port would keep its process alive.
const { setImmediate } = globalThis as { setImmediate?: (task: () => void) => void }
const enqueueTask = setImmediate ?? byMessage()

/** The part of MessageChannel that is used here. Node's types lack `onmessage`. */
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
