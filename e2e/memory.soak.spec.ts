import { passages } from '../bench/passages.js'
import { launchOptions } from './chromium.js'
import { openLibrary } from './page.js'
import { startServer } from './server.js'
import { expect, test } from './test.js'
import { eagerly, offerMemory } from './workerMemory.js'

test.use({ launchOptions: eagerly(launchOptions(false)) })

/** Full soon: what grows beyond it is lost. */
const CACHE = 2 ** 20
/** Of the library; a full one counts. */
const DEFAULT_CACHE = 32 * 2 ** 20

test('the worker with mvp-mini never holds more than 150 MB, and no more after 1,000 calls', async ({ page }) => {
  const server = await startServer({
    roots: [
      { prefix: '/dist/', folder: 'dist' },
      { prefix: '/models/', folder: 'public/models' },
      { prefix: '/', folder: 'e2e/pages' },
    ],
  })
  await offerMemory(page)
  await openLibrary(page, `${server.origin}/blank.html`)
  const { peak, warm, after } = await page.evaluate(
    async ({ list, cacheBytes }) => {
      let peak = 0
      let running = true
      const watching = (async () => {
        while (running) peak = Math.max(peak, (await window.memory()).workers)
      })()
      const reranker = await window.library.createReranker({ device: 'wasm', cacheBytes })
      const short = (i: number) => list.slice(i % 90, (i % 90) + 2).map(text => text.slice(0, 40))
      // The heap of WASM grows with the largest batch, and batches with what a machine is found to do in their time.
      for (let i = 0; i < 4; i++) await reranker.rank(`which question is number ${i}?`, list, { onPartial: () => {} })
      for (let i = 0; i < 100; i++) await reranker.rank(`warm ${i}`, short(i))
      const warm = (await window.memory()).workers
      for (let i = 0; i < 1000; i++) await reranker.rank(`query ${i}`, short(i))
      const after = (await window.memory()).workers
      running = false
      await watching
      await reranker.dispose()
      return { peak, warm, after }
    },
    { list: passages(100), cacheBytes: CACHE },
  )
  await server.close()
  const show = (bytes: number) => (bytes / 1e6).toFixed(1)
  console.log(`    worker: ${show(peak)} MB at most, ${show(warm)} warm, ${show(after)} after 1,000 calls`)
  expect(warm).toBeGreaterThan(20e6)
  expect(peak - CACHE + DEFAULT_CACHE).toBeLessThan(150e6)
  expect(after).toBeLessThan(1.02 * warm)
})
