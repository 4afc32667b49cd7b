import type { Page } from 'playwright/test'
import { type Faults, withFaults } from './faults.js'
import { finishLoading, type Loading, load, startLoading, untilBytes } from './loading.js'
import { type RandomModel, writeManifest, writeRandomModel } from './randomModel.js'
import { startServer, type TestServer } from './server.js'
import { expect, test } from './test.js'

test.use({ otherOrigins: true })

// Nothing of onnxruntime here: a worker that loads a model's files and no more, from another origin, so that no header beyond the safe ones is seen.
const MEBIBYTE = 1024 * 1024
const CHUNK = 4 * MEBIBYTE
const WEIGHTS = 'weights.safetensors'
/** Slow enough to be interrupted. */
const SLOW = 6 * MEBIBYTE

let server: TestServer
let model: RandomModel

test.beforeAll(async () => {
  server = await startServer()
  model = await writeRandomModel('random')
})
test.afterAll(() => server.close())
test.beforeEach(async ({ page, devOrigin }) => {
  await page.goto(`${devOrigin}/e2e/pages/blank.html`)
  server.requests.length = 0
})

const url = (faults?: Faults, folder = 'random') => {
  const path = `/models/${folder}/`
  return server.origin + (faults ? withFaults(path, { only: WEIGHTS, ...faults }) : path)
}
const fetches = (file = WEIGHTS) => server.requests.filter(({ path }) => path.endsWith(file))
const ranges = () => fetches().map(({ range }) => range)
const sent = () => fetches().reduce((sum, request) => sum + request.sent, 0)

function expectLoaded(loading: Loading, { manifest, sha256 } = model): void {
  expect(loading.failed).toBeUndefined()
  expect(loading.loaded).toEqual({ name: manifest.name, weights: sha256 })
}

async function another(page: Page): Promise<Page> {
  const other = await page.context().newPage()
  await other.goto(page.url())
  return other
}

/** Changes files in the browser's storage behind the library's back. */
function editKept(page: Page, names: string[], change: 'flip' | 'truncate' | 'delete'): Promise<void> {
  return page.evaluate(
    async ({ names, change }) => {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('mvp-rerank')
      for (const name of names) {
        if (change === 'delete') {
          await folder.removeEntry(name)
          continue
        }
        const handle = await folder.getFileHandle(name)
        const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer())
        bytes[1000]! ^= 1
        const file = await handle.createWritable()
        await file.write(change === 'flip' ? bytes : bytes.subarray(0, 500_000))
        await file.close()
      }
    },
    { names, change },
  )
}

function keptNames(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('mvp-rerank')
    const names: string[] = []
    for await (const name of folder.keys()) names.push(name)
    return names.sort()
  })
}

const chunkNames = ({ manifest } = model) =>
  manifest.files.find(({ path }) => path === WEIGHTS)!.chunks.map(hash => `part-${hash}`)

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
    const sizes = await page.evaluate(async () => {
      const path = '/src/store/modelCache.ts'
      const { cachedModelSize, clearModelCache } = (await import(path)) as typeof import('../src/store/modelCache.js')
      const before = await cachedModelSize()
      await clearModelCache()
      return [before, await cachedModelSize()]
    })
    expect(sizes[0]).toBeGreaterThan(model.bytes)
    expect(sizes[0]).toBeLessThan(model.bytes + 20_000)
    expect(sizes[1]).toBe(0)
    expectLoaded(await load(page, { url: url() }))
    expect(fetches()).toHaveLength(2)
  })

  test('without a handle for synchronous access the files are kept too', async ({ page }) => {
    expectLoaded(await load(page, { url: url(), lacks: 'sync' }))
    expectLoaded(await load(page, { url: url(), lacks: 'sync' }))
    expect(fetches()).toHaveLength(1)
  })
})

test.describe('interrupted', () => {
  test('a connection that breaks again and again is taken up where it broke', async ({ page }) => {
    const loading = await load(page, { url: url({ cut: 2_500_000 }) })
    expectLoaded(loading)
    expect(fetches()).toHaveLength(4)
    // The browser may drop what it had received but not passed on.
    expect(sent()).toBeLessThan(model.bytes + 3 * MEBIBYTE)
    expect(loading.progress).toEqual(loading.progress.toSorted((a, b) => a - b))
  })

  test('a tab closed midway: the next one goes on, and its progress starts there', async ({ page }) => {
    const closing = await another(page)
    await startLoading(closing, { url: url({ rate: SLOW }) })
    await untilBytes(closing, 5 * MEBIBYTE)
    await closing.close()
    server.requests.length = 0
    const loading = await load(page, { url: url() })
    expectLoaded(loading)
    expect(ranges()).toEqual([`bytes=${CHUNK}-${model.bytes - 1}`])
    expect(loading.progress.find(bytes => bytes > 10)).toBeGreaterThanOrEqual(CHUNK)
  })

  test('an abort ends the request and keeps the chunks that are proven', async ({ page }) => {
    await startLoading(page, { url: url({ rate: SLOW }) })
    await untilBytes(page, 5 * MEBIBYTE)
    await page.evaluate(() => window.loader.postMessage('abort'))
    expect((await finishLoading(page)).failed?.code).toBe('superseded')
    await expect.poll(() => fetches()[0]?.status).toBe(200)
    expect(sent()).toBeLessThan(model.bytes)
    server.requests.length = 0
    expectLoaded(await load(page, { url: url() }))
    expect(ranges()).toEqual([`bytes=${CHUNK}-${model.bytes - 1}`])
  })

  test('a server that knows no ranges sends all again; the chunks that are there are not lost', async ({ page }) => {
    const loading = await load(page, { url: url({ norange: true, cut: 6 * MEBIBYTE, times: 1 }) })
    expectLoaded(loading)
    await editKept(page, [chunkNames()[2]!], 'delete')
    server.requests.length = 0
    expectLoaded(await load(page, { url: url({ norange: true }) }))
    expect(fetches()).toMatchObject([{ range: `bytes=${2 * CHUNK}-${model.bytes - 1}`, status: 200 }])
  })

  test('a proxy that sends another part than asked is asked for the whole', async ({ page }) => {
    await load(page, { url: url() })
    await editKept(page, [chunkNames()[1]!], 'delete')
    server.requests.length = 0
    expectLoaded(await load(page, { url: url({ shift: 1000 }) }))
    expect(fetches().map(({ status }) => status)).toEqual([206, 200])
  })

  test('a server that falls silent is asked again, and given up in the end', async ({ page }) => {
    expectLoaded(await load(page, { url: url({ stall: 5 * MEBIBYTE, times: 1 }), stallMs: 500 }))
    expect(fetches()).toHaveLength(2)
    await page.evaluate(() =>
      navigator.storage.getDirectory().then(root => root.removeEntry('mvp-rerank', { recursive: true })),
    )
    const { failed } = await load(page, { url: url({ stall: 1000 }), stallMs: 300, retries: 2 })
    expect(failed).toMatchObject({
      code: 'download-failed',
      message: expect.stringContaining('no byte came for 0.3 s'),
    })
  })

  test('a server that is overloaded is asked again, and given up in the end', async ({ page }) => {
    expectLoaded(await load(page, { url: url({ status: 503, times: 2 }) }))
    expect(fetches().map(({ status }) => status)).toEqual([503, 503, 200])
    const { failed } = await load(page, { url: url({ status: 503, only: 'json' }), retries: 2 })
    expect(failed).toMatchObject({ code: 'download-failed', message: expect.stringContaining('HTTP 503') })
  })
})

test.describe('wrong answers', () => {
  test('compressed by the server', async ({ page }) => {
    expectLoaded(await load(page, { url: url({ gzip: true }) }))
    expectLoaded(await load(page, { url: url() }))
    expect(fetches()).toHaveLength(1)
  })

  for (const lie of [1000, -1000]) {
    test(`a Content-Length that is off by ${lie}`, async ({ page }) => {
      expectLoaded(await load(page, { url: url({ lie }), stallMs: 2000 }))
    })
  }

  test('an HTML page with status 200, or a 404, for a file that is missing', async ({ page }) => {
    for (const order of [{ html: true }, { status: 404 }, { html: true, only: 'manifest.json' }] satisfies Faults[]) {
      const { failed } = await load(page, { url: url(order) })
      expect(failed?.code).toBe('model-not-found')
    }
    expect((await load(page, { url: url(undefined, 'nowhere') })).failed?.code).toBe('model-not-found')
  })

  test('a bit flipped on the way: that chunk alone is fetched again', async ({ page }) => {
    expectLoaded(await load(page, { url: url({ flip: 5 * MEBIBYTE, times: 1 }) }))
    expect(ranges()).toEqual([undefined, `bytes=${CHUNK}-${model.bytes - 1}`])
  })

  test('a bit flipped at the server: refused, and not kept', async ({ page }) => {
    const { failed } = await load(page, { url: url({ flip: 5 * MEBIBYTE }) })
    expect(failed?.code).toBe('hash-mismatch')
    expect(await keptNames(page)).not.toContain(chunkNames()[1])
    expectLoaded(await load(page, { url: url() }))
  })

  test('a manifest that contradicts itself: refused each time', async ({ page }) => {
    const { manifest } = await writeRandomModel('contradiction')
    manifest.files[1]!.sha256 = model.manifest.files[1]!.sha256
    await writeManifest('contradiction', manifest)
    for (let visit = 0; visit < 2; visit++) {
      const { failed } = await load(page, { url: url(undefined, 'contradiction') })
      expect(failed?.code).toBe('hash-mismatch')
    }
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

  test('a browser without a file system for the page, as in some private windows', async ({ page }) => {
    const loading = await load(page, { url: url(), lacks: 'opfs' })
    expectLoaded(loading)
    expect(loading.statuses).toEqual([{ kind: 'not-cached', reason: expect.stringContaining('Not allowed') }])
  })
})

test.describe('versions', () => {
  test('without a network, or with a server that fails, the model of the last visit is used', async ({ page }) => {
    const failing = url({ status: 503, only: 'manifest.json', after: 1 })
    expectLoaded(await load(page, { url: failing }))
    const refused = await load(page, { url: failing })
    expectLoaded(refused)
    expect(refused.statuses).toEqual([{ kind: 'offline', reason: expect.stringContaining('HTTP 503') }])
    const gone = await startServer()
    const address = `${gone.origin}/models/random/`
    expectLoaded(await load(page, { url: address }))
    await gone.close()
    const offline = await load(page, { url: address })
    expectLoaded(offline)
    expect(offline.statuses).toEqual([{ kind: 'offline', reason: expect.stringContaining('no answer') }])
  })

  test('an upgrade and a downgrade never mix files, and the version that is gone is deleted', async ({ page }) => {
    const address = url(undefined, 'versions')
    const one = await writeRandomModel('versions', { name: 'one' })
    expectLoaded(await load(page, { url: address }), one)
    const two = await writeRandomModel('versions', { name: 'two', bytes: 6 * MEBIBYTE })
    expectLoaded(await load(page, { url: address }), two)
    // What both versions have in common was not fetched again.
    expect(fetches('tokenizer.json')).toHaveLength(1)
    const names = await keptNames(page)
    expect(names.filter(name => chunkNames(two).includes(name))).toHaveLength(2)
    expect(names.filter(name => chunkNames(one).includes(name))).toHaveLength(0)
    const again = await writeRandomModel('versions', { name: 'one again' })
    expectLoaded(await load(page, { url: address }), again)
  })

  test('a file that is changed while it is downloaded: the new version is loaded, whole', async ({ page }) => {
    await writeRandomModel('changing', { name: 'old' })
    await startLoading(page, { url: url({ rate: SLOW, cut: 5 * MEBIBYTE, times: 1 }, 'changing') })
    await untilBytes(page, 3 * MEBIBYTE)
    const now = await writeRandomModel('changing', { name: 'new' })
    expectLoaded(await finishLoading(page), now)
  })

  test('a network that goes during an upgrade: the former version is used, and what came of the new one is kept', async ({
    page,
  }) => {
    const going = await startServer()
    const address = going.origin + withFaults('/models/upgrade/', { only: WEIGHTS, rate: SLOW })
    const one = await writeRandomModel('upgrade', { name: 'one' })
    expectLoaded(await load(page, { url: address }), one)
    const two = await writeRandomModel('upgrade', { name: 'two' })
    await startLoading(page, { url: address, retries: 1 })
    await untilBytes(page, 5 * MEBIBYTE)
    await going.close()
    const loading = await finishLoading(page)
    expectLoaded(loading, one)
    expect(loading.statuses).toMatchObject([{ kind: 'offline' }])
    expect(await keptNames(page)).toContain(chunkNames(two)[0])
  })
})
