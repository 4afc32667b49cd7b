import type { Page } from 'playwright/test'
import {
  another,
  CHUNK,
  chunkNames,
  editKept,
  expectLoaded,
  fetches,
  keptNames,
  MEBIBYTE,
  model,
  ranges,
  SLOW,
  serveModel,
  server,
  url,
} from '../support/downloading.js'
import { finishLoading, load, startLoading, untilBytes } from '../support/loading.js'
import { expect, test } from '../support/test.js'

serveModel()

test.describe('kept', () => {
  test('the second visit fetches the manifest alone', async ({ page }) => {
    const first = await load(page, { url: url() })
    expectLoaded(first)
    expect(first.statuses).toEqual([])
    expect(ranges()).toEqual([undefined])
    server.requests.length = 0
    const second = await load(page, { url: url() })
    expectLoaded(second)
    expect(server.requests.map(({ path }) => path)).toEqual(['/models/random/manifest.json'])
  })

  test('chunks that were changed, cut short or deleted on disk are found and fetched alone', async ({ page }) => {
    await load(page, { url: url() })
    const [first, second, third] = chunkNames() as [string, string, string]
    server.requests.length = 0
    await editKept(page, [second], 'flip')
    expectLoaded(await load(page, { url: url() }))
    expect(ranges()).toEqual([`bytes=${CHUNK}-${2 * CHUNK - 1}`])
    server.requests.length = 0
    await editKept(page, [first], 'truncate')
    await editKept(page, [third], 'delete')
    expectLoaded(await load(page, { url: url() }))
    expect(ranges()).toEqual([`bytes=0-${CHUNK - 1}`, `bytes=${2 * CHUNK}-${model.bytes - 1}`])
    server.requests.length = 0
    expectLoaded(await load(page, { url: url() }))
    expect(ranges()).toEqual([])
  })

  test('the page can ask how much is kept and delete it; the model is downloaded again', async ({ page }) => {
    await load(page, { url: url() })
    await expectSizeAndClear(page)
    expectLoaded(await load(page, { url: url() }))
    expect(fetches()).toHaveLength(2)
  })

  test('without a handle for synchronous access the files are kept too', async ({ page }) => {
    expectLoaded(await load(page, { url: url(), lacks: 'sync' }))
    expectLoaded(await load(page, { url: url(), lacks: 'sync' }))
    expect(fetches()).toHaveLength(1)
  })
})

test.describe('several tabs', () => {
  test('two tabs that load at once download once', async ({ page }) => {
    const other = await another(page)
    const order = { url: url({ rate: SLOW }) }
    await Promise.all([startLoading(page, order), startLoading(other, order)])
    const loadings = [await finishLoading(page), await finishLoading(other)]
    for (const loading of loadings) {
      expectLoaded(loading)
      // Also the one that waits shows how far it is.
      expect(loading.progress.some(bytes => bytes >= CHUNK && bytes < model.bytes)).toBe(true)
    }
    expect([fetches().length, fetches('tokenizer.json').length]).toEqual([1, 1])
  })

  test('the first of two tabs is closed: the second goes on from its chunks', async ({ page }) => {
    const first = await another(page)
    await startLoading(first, { url: url({ rate: SLOW }) })
    await untilBytes(first, 2 * MEBIBYTE)
    await startLoading(page, { url: url() })
    await untilBytes(first, 5 * MEBIBYTE)
    expect(fetches()).toHaveLength(1)
    await first.close()
    expectLoaded(await finishLoading(page))
    expect(ranges()).toEqual([undefined, `bytes=${CHUNK}-${model.bytes - 1}`])
  })

  test('a tab that is frozen while it is its turn does not stop the others', async ({ page }) => {
    const frozen = await another(page)
    const held = `mvp-rerank:file ${model.sha256}`
    await frozen.evaluate(
      name => new Promise<void>(begun => void navigator.locks.request(name, () => new Promise(() => begun()))),
      held,
    )
    expectLoaded(await load(page, { url: url(), stallMs: 300 }))
  })
})

test.describe('not kept', () => {
  test('storage that is full: the model runs from memory, says so, and leaves no half file', async ({
    page,
    devOrigin,
  }) => {
    const browser = await page.context().newCDPSession(page)
    await browser.send('Storage.overrideQuotaForOrigin', { origin: devOrigin, quotaSize: 6 * MEBIBYTE })
    const loading = await load(page, { url: url() })
    expectLoaded(loading)
    expect(loading.statuses).toEqual([{ kind: 'not-cached', reason: expect.stringContaining('is full') }])
    const names = await keptNames(page)
    for (const name of chunkNames()) expect(names).not.toContain(name)
    await browser.send('Storage.overrideQuotaForOrigin', { origin: devOrigin })
    expect((await load(page, { url: url() })).statuses).toEqual([])
  })

  test('a browser that keeps nothing for the page', async ({ page }) => {
    const loading = await load(page, { url: url(), lacks: 'storage' })
    expectLoaded(loading)
    expect(loading.statuses).toEqual([{ kind: 'not-cached', reason: expect.stringContaining('Not allowed.') }])
  })
})

test.describe('kept in the Cache API, where the page has no file system', () => {
  const order = { url: '', lacks: 'opfs' as const }
  const cachedUrls = (page: Page) =>
    page.evaluate(async () => (await (await caches.open('mvp-rerank-models')).keys()).map(({ url }) => url))

  test.beforeEach(() => {
    order.url = url()
  })

  test('the second visit fetches the manifest alone; a part that was changed is fetched again alone', async ({
    page,
  }) => {
    const first = await load(page, order)
    expectLoaded(first)
    expect(first.statuses).toEqual([])
    server.requests.length = 0
    expectLoaded(await load(page, order))
    expect(server.requests.map(({ path }) => path)).toEqual(['/models/random/manifest.json'])
    server.requests.length = 0
    await page.evaluate(async name => {
      const cache = await caches.open('mvp-rerank-models')
      const { url } = (await cache.keys()).find(({ url }) => url.endsWith(name))!
      await cache.put(url, new Response(new Uint8Array(1000)))
    }, chunkNames()[1]!)
    expectLoaded(await load(page, order))
    expect(ranges()).toEqual([`bytes=${CHUNK}-${2 * CHUNK - 1}`])
  })

  test('the page can ask how much is kept and delete it', async ({ page }) => {
    await load(page, order)
    await expectSizeAndClear(page)
    expect(await cachedUrls(page)).toEqual([])
  })

  test('storage that is full: the model runs from memory, says so, and leaves no half file', async ({
    page,
    devOrigin,
  }) => {
    const browser = await page.context().newCDPSession(page)
    await browser.send('Storage.overrideQuotaForOrigin', { origin: devOrigin, quotaSize: 6 * MEBIBYTE })
    const loading = await load(page, order)
    expectLoaded(loading)
    expect(loading.statuses).toEqual([{ kind: 'not-cached', reason: expect.stringContaining('is full') }])
    expect((await cachedUrls(page)).filter(url => chunkNames().some(name => url.endsWith(name)))).toEqual([])
    await browser.send('Storage.overrideQuotaForOrigin', { origin: devOrigin })
  })
})

async function expectSizeAndClear(page: Page): Promise<void> {
  const sizes = await page.evaluate(async () => {
    const path = '/src/store/modelCache.ts'
    const { cachedModelSize, clearModelCache } = (await import(path)) as typeof import('../../src/store/modelCache.js')
    const before = await cachedModelSize()
    await clearModelCache()
    return [before, await cachedModelSize()]
  })
  expect(sizes[0]).toBeGreaterThan(model.bytes)
  expect(sizes[0]).toBeLessThan(model.bytes + 20_000)
  expect(sizes[1]).toBe(0)
}
