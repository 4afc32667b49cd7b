import { passages } from '../bench/passages.js'
import { launchOptions } from './chromium.js'
import { openLibrary } from './page.js'
import { startServer } from './server.js'
import { expect, test } from './test.js'
import { eagerly, offerMemory } from './workerMemory.js'

test.use({ launchOptions: eagerly(launchOptions(false)) })

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
  const { peak, warm, after } = await page.evaluate(async list => {
    let peak = 0
    let running = true
    const watching = (async () => {
      while (running) peak = Math.max(peak, (await window.memory()).workers)
    })()
    // A cache that is full soon: what grows beyond it is lost.
    const reranker = await window.library.createReranker({ device: 'wasm', cacheBytes: 1e6 })
    const short = (i: number) => list.slice(i % 90, (i % 90) + 2).map(text => text.slice(0, 40))
    await reranker.rank('which question is this?', list, { onPartial: () => {} })
    for (let i = 0; i < 100; i++) await reranker.rank(`warm ${i}`, short(i))
    const warm = (await window.memory()).workers
    for (let i = 0; i < 1000; i++) await reranker.rank(`query ${i}`, short(i))
    const after = (await window.memory()).workers
    running = false
    await watching
    await reranker.dispose()
    return { peak, warm, after }
  }, passages(100))
  await server.close()
  const show = (bytes: number) => (bytes / 1e6).toFixed(1)
  console.log(`    worker: ${show(peak)} MB at most, ${show(warm)} warm, ${show(after)} after 1,000 calls`)
  expect(warm).toBeGreaterThan(20e6)
  expect(peak).toBeLessThan(150e6)
  expect(after).toBeLessThan(1.02 * warm)
})
