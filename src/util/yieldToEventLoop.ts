/**
 * Lets waiting messages in. On WASM an awaited run yields microtasks only, so without this an abort would be read after the last batch.
 * A message to oneself rather than a timer: timers are clamped to 4 ms.
 */
export function yieldToEventLoop(): Promise<void> {
  return new Promise<void>(resolve => {
    later(resolve)
  })
}

// In Node a port that is listened to would keep the process alive.
const later: (task: () => void) => void = globalThis.setImmediate ?? byMessage()

/** One channel for all: making and closing one costs more than what is sent through it. */
function byMessage(): (task: () => void) => void {
  const { port1, port2 } = new MessageChannel()
  const waiting: (() => void)[] = []
  port1.onmessage = () => waiting.shift()!()
  return task => {
    waiting.push(task)
    port2.postMessage(null)
  }
}
