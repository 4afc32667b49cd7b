import { launchOptions } from '../support/chromium.js'
import { openLibrary } from '../support/page.js'
import { expect, test } from '../support/test.js'
import { eagerly, offerMemory } from '../support/workerMemory.js'

test.use({ launchOptions: eagerly(launchOptions(false)) })

test('idle threads of the kernels let the browser measure their memory', async ({ page }) => {
  await offerMemory(page)
  await openLibrary(page)
  const { seconds, workers, threads } = await page.evaluate(async () => {
    const reranker = await window.library.createReranker({
      model: '/models/bert-relu-q8/',
      runtime: 'kernels',
      threads: 3,
    })
    await reranker.rank('a query', ['a passage', 'another'])
    const start = performance.now()
    const { workers } = await window.memory()
    const seconds = (performance.now() - start) / 1000
    await reranker.dispose()
    return { seconds, workers, threads: reranker.info.threads }
  })
  expect(threads).toBe(3)
  expect(workers).toBeGreaterThan(0)
  // If a thread does not answer, the browser waits for a minute.
  expect(seconds).toBeLessThan(10)
  console.log(`    ${seconds.toFixed(1)} s`)
})
