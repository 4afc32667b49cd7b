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
  sent,
  serveModel,
  server,
  url,
} from '../support/downloading.js'
import type { Faults } from '../support/faults.js'
import { finishLoading, load, startLoading, untilBytes } from '../support/loading.js'
import { writeManifest, writeRandomModel } from '../support/randomModel.js'
import { expect, test } from '../support/test.js'

serveModel()

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
