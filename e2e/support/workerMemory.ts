import type { LaunchOptions, Page } from 'playwright/test'

declare global {
  interface Window {
    /** The bytes of the page and its workers, WebAssembly memory included, and of the workers alone. */
    memory: () => Promise<{ all: number; workers: number }>
  }
}

/** Makes a measurement collect garbage at once; otherwise it waits for the next collection. */
export const EAGER = '--enable-blink-features=ForceEagerMeasureMemory'

export const eagerly = (options: LaunchOptions): LaunchOptions => ({
  ...options,
  args: [...(options.args ?? []), EAGER],
})

export async function offerMemory(page: Page): Promise<void> {
  await page.addInitScript(() => {
    interface Measurement {
      bytes: number
      breakdown: { bytes: number; attribution: { scope: string }[] }[]
    }
    const measure = performance as unknown as { measureUserAgentSpecificMemory(): Promise<Measurement> }
    window.memory = async () => {
      const { bytes, breakdown } = await measure.measureUserAgentSpecificMemory()
      const inWorkers = breakdown.filter(part => part.attribution.some(({ scope }) => scope.includes('Worker')))
      return { all: bytes, workers: inWorkers.reduce((sum, part) => sum + part.bytes, 0) }
    }
  })
}

/**
 * A script for workers: `wasmBytes()` returns their WebAssembly memory, which the DevTools protocol leaves out.
 */
export const counting = `{
  const { Memory } = WebAssembly
  const memories = new Set()
  WebAssembly.Memory = new Proxy(Memory, {
    construct: (target, given) => {
      const memory = new target(...given)
      memories.add(memory)
      return memory
    },
  })
  // Without threads, the module allocates its own memory.
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const instantiate = WebAssembly[name]
    WebAssembly[name] = async (...given) => {
      const made = await instantiate(...given)
      for (const value of Object.values((made.instance ?? made).exports)) if (value instanceof Memory) memories.add(value)
      return made
    }
  }
  globalThis.wasmBytes = () => [...memories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0)
}`

/**
 * Polls the memory of the page's workers, made after `counting`, between their tasks. Unlike the page's own
 * measurement, it costs next to nothing and does not collect garbage first.
 */
export async function watchWorkers(page: Page): Promise<{ stop: () => Promise<number> }> {
  const cdp = await page.context().newCDPSession(page)
  const sessions: string[] = []
  const answers = new Map<number, (result: Record<string, never>) => void>()
  let asked = 0
  cdp.on('Target.attachedToTarget', ({ sessionId }) => sessions.push(sessionId))
  cdp.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result } = JSON.parse(message) as { id: number; result?: Record<string, never> }
    answers.get(id)?.(result ?? {})
    answers.delete(id)
  })
  await cdp.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false })
  const ask = (sessionId: string, method: string, params = {}) =>
    new Promise<Record<string, never>>((resolve, reject) => {
      const id = ++asked
      answers.set(id, resolve)
      cdp
        .send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method, params }) })
        .catch(reject)
    })
  let peak = 0
  let stopped = false
  const watching = (async () => {
    while (!stopped) {
      let bytes = 0
      for (const session of sessions) {
        const {
          usedSize = 0,
          embedderHeapUsedSize = 0,
          backingStorageSize = 0,
        } = await ask(session, 'Runtime.getHeapUsage')
        const { result } = await ask(session, 'Runtime.evaluate', { expression: 'globalThis.wasmBytes?.() ?? 0' })
        bytes +=
          usedSize +
          embedderHeapUsedSize +
          backingStorageSize +
          ((result as { value?: number } | undefined)?.value ?? 0)
      }
      peak = Math.max(peak, bytes)
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  })()
  return {
    stop: async () => {
      stopped = true
      await watching
      await cdp.detach()
      return peak
    },
  }
}
