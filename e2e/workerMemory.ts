import type { LaunchOptions, Page } from 'playwright/test'

declare global {
  interface Window {
    /** Bytes that the page and its workers hold, their WebAssembly memory with them; of the workers alone. */
    memory: () => Promise<{ all: number; workers: number }>
  }
}

/** A measurement collects garbage first; without this the browser waits until it does so anyway. */
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
