import { passages } from '../bench/passages.js'
import { openLibrary } from './page.js'
import { startServer } from './server.js'
import { expect, test } from './test.js'

const MB = 1e6

declare global {
  interface Window {
    /** Bytes of all workers, their WebAssembly memory with them. */
    workerBytes: () => Promise<number>
  }
}

// A measurement collects garbage first; without this the browser waits for it to come by itself.
test.use({
  launchOptions: async ({ launchOptions }, use) =>
    use({ ...launchOptions, args: [...(launchOptions.args ?? []), '--enable-blink-features=ForceEagerMeasureMemory'] }),
})

test.beforeEach(async ({ page }) => {
  await page.addInitScript(() => {
    window.workerBytes = async () => {
      const { measureUserAgentSpecificMemory } = performance as unknown as {
        measureUserAgentSpecificMemory(): Promise<{
          breakdown: { bytes: number; attribution: { scope: string }[] }[]
        }>
      }
      const { breakdown } = await measureUserAgentSpecificMemory.call(performance)
      return breakdown
        .filter(({ attribution }) => attribution.some(({ scope }) => scope.includes('Worker')))
        .reduce((sum, { bytes }) => sum + bytes, 0)
    }
  })
})

test('the worker with mvp-mini never holds more than 150 MB, and no more after 1,000 calls', async ({ page }) => {
  const server = await startServer({
    roots: [
      { prefix: '/models/', folder: 'public/models' },
      { prefix: '/dist/', folder: 'dist' },
      { prefix: '/', folder: 'e2e/pages' },
    ],
  })
  await openLibrary(page, `${server.origin}/blank.html`)
  const { peak, warm, after } = await page.evaluate(async list => {
    let peak = 0
    let running = true
    const watching = (async () => {
      while (running) peak = Math.max(peak, await window.workerBytes())
    })()
    const reranker = await window.library.createReranker({ model: '/models/mvp-mini/', device: 'wasm' })
    const short = (i: number) => list.slice(i % 90, (i % 90) + 2).map(text => text.slice(0, 40))
    await reranker.rank('which question is this?', list, { onPartial: () => {} })
    // Fills the cache of vectors, which is bounded; what follows must not grow.
    for (let i = 0; i < 100; i++) await reranker.rank(`warm ${i}`, short(i))
    const warm = await window.workerBytes()
    for (let i = 0; i < 1000; i++) await reranker.rank(`query ${i}`, short(i))
    const after = await window.workerBytes()
    running = false
    await watching
    await reranker.dispose()
    return { peak, warm, after }
  }, passages(100))
  await server.close()
  const show = (bytes: number) => (bytes / MB).toFixed(1)
  console.log(`    worker: ${show(peak)} MB at most, ${show(warm)} warm, ${show(after)} after 1,000 calls`)
  expect(peak).toBeLessThan(150 * MB)
  expect(warm).toBeGreaterThan(20 * MB)
  expect(after).toBeLessThan(1.02 * warm)
})
