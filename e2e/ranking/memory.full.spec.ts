import { passages } from '../../bench/engines/passages.js'
import { launchOptions } from '../support/chromium.js'
import { openLibrary } from '../support/page.js'
import { startServer } from '../support/server.js'
import { expect, test } from '../support/test.js'
import { offerBrokenWorkers } from '../support/workerAfter.js'
import { counting, eagerly, offerMemory, watchWorkers } from '../support/workerMemory.js'

test.use({ launchOptions: eagerly(launchOptions(false)) })

/**
 * The heap of WASM grows with the largest batch, and batches with what a machine does in their time: to the worker,
 * this one is fast.
 */
const fast = '{ const now = performance.now.bind(performance); performance.now = () => now() / 10 }'

test('the worker with mvp-mini never holds more than 150 MB, its cache full, and no more after 1,000 calls', async ({
  page,
}) => {
  const server = await startServer({
    roots: [
      { prefix: '/dist/', folder: 'dist' },
      { prefix: '/models/', folder: 'public/models' },
      { prefix: '/', folder: 'e2e/pages' },
    ],
  })
  await offerMemory(page)
  await openLibrary(page, `${server.origin}/blank.html`)
  await offerBrokenWorkers(page)
  const watched = await watchWorkers(page)
  const { warm, after } = await page.evaluate(
    async ({ list, scripts }) => {
      const reranker = await window.library.createReranker({
        device: 'wasm',
        createWorker: window.workerAfter(scripts),
      })
      // 39 kB a passage: with these lists the cache, 24 MiB, is full.
      await reranker.rank('which question is this?', list, { depth: 'cascade', onPartial: () => {} })
      for (const from of [100, 200]) {
        await reranker.rank(`which question is number ${from}?`, list.slice(from, from + 100), { onPartial: () => {} })
      }
      const call = async (i: number) => {
        const some = list.slice(i % 900, (i % 900) + 1 + (i % 3))
        await reranker.rank(
          `query ${i}`,
          some.map(text => text.slice(0, 20 + (i % 7) * 20)),
        )
      }
      for (let i = 0; i < 100; i++) await call(i)
      const warm = (await window.memory()).workers
      for (let i = 100; i < 1100; i++) await call(i)
      const after = (await window.memory()).workers
      return { warm, after }
    },
    { list: passages(1000), scripts: counting + fast },
  )
  const peak = await watched.stop()
  await server.close()
  const show = (bytes: number) => (bytes / 1e6).toFixed(1)
  console.log(`    worker: ${show(peak)} MB at most, ${show(warm)} warm, ${show(after)} after 1,000 calls`)
  // What is watched is what the browser counts, garbage included.
  expect(peak).toBeGreaterThan(0.98 * warm)
  expect(peak).toBeLessThan(150e6)
  expect(after).toBeLessThan(1.02 * warm)
})
