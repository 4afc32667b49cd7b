/**
 * Lets waiting messages in. On WASM an awaited run yields microtasks only, so without this an abort would be read after the last batch.
 * A message to oneself rather than a timer: timers are clamped to 4 ms.
 */
export function macrotask(): Promise<void> {
  return new Promise(resolve => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}
