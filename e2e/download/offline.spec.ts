import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright/test'
import { withFaults } from '../support/faults.js'
import { type ServerOptions, startServer, type TestServer } from '../support/server.js'
import { copySite, deploy } from '../support/site.js'
import { expect as expectSoon, test } from '../support/test.js'

/** Slow machines load the runtime and a model in tens of seconds. */
const expect = expectSoon.configure({ timeout: 60_000 })

const tiny = 'model=/models/bert-relu-q8/'
/** In full precision, which onnxruntime computes. */
const exact = 'model=/models/bert-relu-fp32/'
const ORT = 'assets/ort-wasm-simd-threaded.mjs'
const MEBIBYTE = 2 ** 20

/** A site of its own, on a host that sets no headers unless told to. */
async function host(options: ServerOptions = { bare: true }) {
  const site = await copySite()
  const roots = [
    { prefix: '/models/', folder: '.cache/e2e/models' },
    { prefix: '/shipped/', folder: 'public/models' },
    { prefix: '/', folder: site.folder },
  ]
  let server = await startServer({ roots, ...options })
  const port = Number(new URL(server.origin).port)
  return {
    ...site,
    origin: server.origin,
    get server(): TestServer {
      return server
    },
    /** The network is off: not even the port answers. */
    stop: () => server.close(),
    restart: async () => {
      server = await startServer({ roots, ...options, port })
    },
    close: async () => {
      await server.close()
      await site.remove()
    },
  }
}

const ready = async (page: Page) => {
  await expect(page.locator('#engine')).toHaveAttribute('data-phase', 'ready')
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
}

/**
 * Resolves with the second load. Until then nothing may be evaluated in the page: to the browser that is a user at
 * work, and it is not reloaded.
 */
const reloadedOnce = (page: Page) => {
  let loads = 0
  return page.waitForEvent('load', { predicate: () => ++loads === 2, timeout: 60_000 })
}

const ranksPassages = async (page: Page) => {
  await page.getByRole('link', { name: 'Passages', exact: true }).click()
  await expect(page.locator('#own-run')).toContainText('6 ranked in')
}

/** Of a notice on a phone, kept with the results of a run, to be looked at. */
async function picture(page: Page, name: string): Promise<void> {
  const usual = page.viewportSize()!
  await page.setViewportSize({ width: 360, height: 780 })
  await page.screenshot({ path: `test-results/pages/${name}-360.png` })
  await page.setViewportSize(usual)
}

const threads = (page: Page) => page.locator('#fact-threads').textContent()

test('after one visit the app searches and ranks with the network off, on a host without headers with all threads', async ({
  page,
}) => {
  const site = await host()
  const reloaded = reloadedOnce(page)
  await page.goto(`${site.origin}/#${tiny}`)
  await reloaded
  await ready(page)
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
  const online = await threads(page)
  expect(Number(online)).toBeGreaterThan(1)
  await site.stop()

  await page.reload()
  await ready(page)
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
  expect(await threads(page)).toBe(online)
  await ranksPassages(page)
  await page.getByRole('link', { name: 'Search', exact: true }).click()
  await page.getByRole('combobox', { name: 'Search' }).fill('How do I stop the server')
  await expect(page.locator('mvp-search [part~=note]')).toContainText('passages ranked in')
  // A deep link, as a bookmark has it.
  await page.goto(`${site.origin}/?from=bookmark#${tiny}&page=device`)
  await ready(page)
  await expect(page.locator('#offline-state')).toContainText('On: ')
  await expect(page.locator('#device-remark')).toContainText('kept from an earlier visit')
  await site.close()
})

test('families that a model needs are kept, too', async ({ page }) => {
  const site = await host()
  const reloaded = reloadedOnce(page)
  const hash = '#model=/models/t5-relu-q8/'
  await page.goto(`${site.origin}/${hash}`)
  await reloaded
  await ready(page)
  const families = site.server.requests.map(({ path }) => path).filter(path => path.includes('/family-'))
  expect(new Set(families)).toEqual(new Set(['/assets/family-t5.js', '/assets/family-unigram.js']))
  await site.stop()

  await page.reload()
  await ready(page)
  await ranksPassages(page)
  await site.close()
})

test('a page that was typed into is not reloaded, has one thread and says so', async ({ page }) => {
  const site = await host()
  await page.addInitScript(() => {
    const workers = navigator.serviceWorker
    const register = workers.register.bind(workers)
    // Whoever types is quicker than the service worker.
    workers.register = (...args) => new Promise(resolve => setTimeout(() => resolve(register(...args)), 1500))
  })
  await page.goto(`${site.origin}/#${tiny}`)
  await page.getByRole('combobox', { name: 'Search' }).fill('close')
  await page.evaluate(() => Object.assign(window, { same: true }))
  await ready(page)
  await page.waitForTimeout(500)
  expect(await page.evaluate(() => (window as unknown as { same?: boolean }).same)).toBe(true)
  expect(await threads(page)).toBe('1')
  await expect(page.locator('#threads-note')).toContainText('not cross-origin isolated')
  await site.close()
})

test('a newer version waits for a reload, which keeps what was typed, and versions never mix', async ({ page }) => {
  const site = await host()
  await page.goto(`${site.origin}/#${exact}`)
  await ready(page)
  await page.getByRole('link', { name: 'Passages', exact: true }).click()
  await page.getByRole('textbox', { name: 'Passages' }).fill('One of mine.\n\nAnother of mine.')
  await expect(page.locator('#own-run')).toContainText('2 ranked in')

  const asked = site.server.requests.length
  deploy(site.folder, {
    'index.html': text => text.replace('Rank your own passages', 'Rank passages of your own'),
    [ORT]: text => `${text}\n// newer`,
  })
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update())
  const notice = page.locator('[data-notice=update]')
  await expect(notice).toContainText('A new version')
  await picture(page, 'update')
  // Until then even a reload shows the former version, whole.
  await page.reload()
  await ready(page)
  await expect(page.locator('h1:visible')).toHaveText('Rank your own passages')
  await expect(notice).toContainText('A new version')
  await notice.getByRole('button', { name: 'Reload' }).click()
  await expect(page.locator('h1:visible')).toHaveText('Rank passages of your own')
  await ready(page)
  await expect(page.locator('#own-run')).toContainText('2 ranked in')
  await expect(page.getByRole('textbox', { name: 'Passages' })).toHaveValue('One of mine.\n\nAnother of mine.')
  const kept = await keptHashes(page)
  expect(kept).toContain(sha256(`${site.folder}/${ORT}`))
  expect(kept).not.toContain(sha256(`dist-site/${ORT}`))
  // What did not change was not fetched again, weights least of all.
  const again = site.server.requests.slice(asked).map(({ path }) => path)
  expect(again.filter(path => /weights|\.wasm$|assets\/index/.test(path))).toEqual([])
  expect(again).toContain(`/${ORT}`)
  await site.close()
})

test('a part of a newer version is refused, not mixed in; the page is told to reload', async ({ page }) => {
  const site = await host()
  await page.goto(`${site.origin}/#${exact}`)
  await ready(page)
  // This version's runtime leaves the cache, as when storage was full, and the server has another one by now.
  await page.evaluate(
    async hash => {
      const cache = await caches.open('mvp-rerank-site')
      const keys = await cache.keys()
      await cache.delete(keys.find(({ url }) => url.endsWith(hash))!)
    },
    sha256(`dist-site/${ORT}`),
  )
  deploy(site.folder, { [ORT]: text => `${text}\n// newer` })
  await page.reload()
  await expect(page.locator('#engine')).toHaveAttribute('data-phase', 'failed')
  await page.getByRole('link', { name: 'Model: Keywords only' }).click()
  await expect(page.getByRole('alert').first()).toContainText('The model did not load')
  await page.locator('[data-notice=update]').getByRole('button', { name: 'Reload' }).click()
  await ready(page)
  await site.close()
})

test('an installation that breaks off goes on at the next visit with what it has', async ({ page }) => {
  const site = await host()
  const script = /assets\/index-.*\.js$/
  await page.context().route(script, (route, request) => (request.serviceWorker() ? route.abort() : route.continue()))
  await page.goto(`${site.origin}/#${tiny}`)
  await page.getByRole('link', { name: 'Device', exact: true }).click()
  await expect(page.locator('#offline-state')).toContainText('Not set up')
  await expect(page.locator('#engine')).toHaveAttribute('data-phase', 'ready')
  await page.context().unroute(script)
  const kept = await page.evaluate(async () => {
    const caches = await Promise.all((await self.caches.keys()).map(name => self.caches.open(name)))
    const keys = await Promise.all(caches.map(cache => cache.keys()))
    return keys.flat().map(({ url }) => /\.kept\/([\da-f]{16})/.exec(url)?.[1])
  })
  expect(kept.length).toBeGreaterThan(0)
  const fetched: string[] = []
  page.context().on('request', request => {
    if (request.serviceWorker()) fetched.push(request.url())
  })
  await page.reload()
  await ready(page)
  expect(fetched.length).toBeGreaterThan(0)
  expect(fetched.filter(url => kept.some(hash => hash && url.includes(hash)))).toEqual([])
  await site.close()
})

test('storage that is full: all works, nothing is kept, and the page says so', async ({ page }) => {
  const site = await host()
  const browser = await page.context().newCDPSession(page)
  await browser.send('Storage.overrideQuotaForOrigin', { origin: site.origin, quotaSize: 4 * MEBIBYTE })
  await page.goto(`${site.origin}/#${exact}`)
  await ready(page)
  await expect(page.locator('[data-notice=unkept]')).toContainText(
    'the storage that the browser gives this site is full',
  )
  await picture(page, 'storage-full')
  await ranksPassages(page)
  await browser.send('Storage.overrideQuotaForOrigin', { origin: site.origin, quotaSize: MEBIBYTE / 4 })
  await page.getByRole('link', { name: 'Device', exact: true }).click()
  await page.getByRole('button', { name: 'Delete everything' }).click()
  await expect(page.locator('#storage-done')).toContainText('All is deleted')
  await page.reload()
  await expect(page.locator('#engine')).toHaveAttribute('data-phase', 'ready')
  await expect(page.locator('#offline-state')).toContainText('Not set up')
  await page.locator('#card-storage').scrollIntoViewIfNeeded()
  await picture(page, 'storage-none')
  await browser.send('Storage.overrideQuotaForOrigin', { origin: site.origin })
  await site.close()
})

test('what is kept is shown, and leaves when it is asked to', async ({ page }) => {
  const site = await host()
  await page.goto(`${site.origin}/#${tiny}&page=device`)
  await ready(page)
  const stored = page.locator('#stored-model')
  await expect(stored).toContainText('MB')
  await expect(page.locator('#stored-app')).toContainText('MB')
  await page.getByRole('button', { name: 'Delete the model' }).click()
  await expect(stored).toHaveText('nothing')
  await page.getByRole('button', { name: 'Delete everything' }).click()
  await expect(page.locator('#stored-app')).toHaveText('nothing')
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0)
  expect(await page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)])).toEqual([])
  // Loaded as it is, it works on.
  await ranksPassages(page)
  await site.close()
})

test('the browser is asked to keep it once, when the model is there and the page was used', async ({ page }) => {
  await page.addInitScript(() => {
    navigator.storage.persist = async () => {
      sessionStorage.setItem('asked', `${Number(sessionStorage.getItem('asked')) + 1}`)
      return false
    }
    // To the browser, a test that looks into the page is a user at work.
    let hasBeenActive = false
    addEventListener('pointerdown', () => (hasBeenActive = true), true)
    Object.defineProperty(navigator, 'userActivation', { get: () => ({ hasBeenActive }) })
  })
  const asked = () => page.evaluate(() => Number(sessionStorage.getItem('asked')))
  await page.goto(`/#${tiny}&page=device`)
  await ready(page)
  await page.waitForTimeout(300)
  expect(await asked()).toBe(0)
  await page.locator('h1:visible').click()
  await expect.poll(asked).toBe(1)
  await page.reload()
  await ready(page)
  await page.locator('h1:visible').click()
  await page.waitForTimeout(300)
  expect(await asked()).toBe(1)
  // Whoever wants to can ask again.
  await page.getByRole('button', { name: 'Ask to keep it' }).click()
  await expect(page.locator('#storage-done')).toContainText('declined')
})

test('a model server that goes away midway is taken up again at the byte where it left', async ({ page }) => {
  const site = await host()
  const model = withFaults('/shipped/mvp-mini/', { rate: 4_000_000 })
  await page.goto(`${site.origin}/#model=${model}`)
  await expect(page.locator('#engine-state')).toContainText(/Model [1-9]\d? %/)
  await site.stop()
  await page.waitForTimeout(1500)
  await site.restart()
  await ready(page)
  const taken = site.server.requests.filter(({ path, range }) => path.endsWith('weights.safetensors') && range)
  expect(taken.length).toBeGreaterThan(0)
  expect(Number(/bytes=(\d+)/.exec(taken[0]!.range!)![1])).toBeGreaterThan(0)
  await site.close()
})

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

function keptHashes(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const cache = await caches.open('mvp-rerank-site')
    return (await cache.keys()).map(({ url }) => url.split('/').at(-1)!)
  })
}
