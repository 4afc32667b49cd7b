import { resolve } from 'node:path'
import type * as Library from '../../src/index.js'
import { startServer, type TestServer } from '../support/server.js'
import { copySite, deploy } from '../support/site.js'
import { expect, test } from '../support/test.js'
import type { DrivenBrowser, Tab } from './drivenBrowser.js'
import { firefox } from './firefox.js'
import { webkit } from './webkit.js'

declare global {
  interface Window {
    uncaught?: string[]
    left?: Promise<number>
    persisted?: boolean
    held?: Cache[]
  }
}

const MODEL = '/models/bert-relu-q8/'
/** In full precision, which onnxruntime computes. */
const EXACT = '/models/bert-relu-fp32/'
const QUESTION = 'How do I stop the server without dropping requests'

for (const kind of [firefox, webkit]) {
  const missing = kind.missing()
  // A run without these tests must not look like one with them.
  if (missing !== undefined) console.warn(`NOT RUN in ${kind.name}: ${missing}.`)

  test.describe(kind.name, () => {
    test.skip(missing !== undefined, `NOT RUN in ${kind.name}: ${missing}.`)
    test.describe.configure({ timeout: 180_000 })

    let browser: DrivenBrowser
    let server: TestServer
    let tab: Tab

    test.beforeAll(async () => {
      browser = await kind.launch()
      server = await startServer({
        roots: [
          { prefix: '/dist/', folder: 'dist' },
          { prefix: MODEL, folder: `.cache/e2e${MODEL}` },
          { prefix: '/', folder: 'dist-site' },
          { prefix: '/', folder: 'e2e/pages' },
        ],
      })
      await holdCaches(browser, server.origin)
    })
    test.afterAll(async () => {
      await server.close()
      await browser.close()
    })
    test.beforeEach(async () => {
      server.requests.length = 0
      tab = await browser.openTab()
    })
    test.afterEach(() => tab.close())

    /** Loads the tiny model with the built library, ranks, and says what it found. */
    const visit = async (path = '/blank.html') => {
      await tab.goto(server.origin + path)
      return tab.evaluate(rankTwo, MODEL)
    }
    const fetched = (file: string) => server.requests.filter(({ path }) => path.endsWith(file)).length

    test('the library ranks and embeds with the shipped model, and says which device and threads it took', async () => {
      await tab.goto(`${server.origin}/blank.html`)
      const found = await tab.evaluate(async () => {
        const url = '/dist/index.js'
        const { createReranker } = (await import(url)) as typeof Library
        const reranker = await createReranker({ model: '/models/mvp-mini/', threads: 2 })
        const passages = ['Bread is old.', 'Yeast eats sugar.', 'The fourth planet from the Sun is Mars.']
        const { results } = await reranker.rank('What eats sugar?', passages)
        const [vector] = await reranker.embed(['yeast'])
        const { device, threads } = reranker.info
        await reranker.dispose()
        const length = Math.hypot(...vector!)
        return {
          best: results[0]!.index,
          device,
          threads,
          length,
          isolated: crossOriginIsolated,
          shared: 'SharedArrayBuffer' in self,
        }
      })
      // WebKitGTK isolates pages but has no SharedArrayBuffer.
      expect(found).toEqual({
        best: 1,
        device: 'wasm',
        threads: found.shared ? 2 : 1,
        length: expect.closeTo(1, 3),
        isolated: true,
        shared: kind === firefox,
      })
    })

    test('our own kernels rank without onnxruntime, and their numbers are those of Node to the bit', async () => {
      const { numbers: expected } = await rankByKernels({
        library: resolve('dist/node.js'),
        model: resolve(`.cache/e2e${MODEL}`),
      })
      for (const [path, isolated] of [
        ['/blank.html', true],
        ['/~bare=true/blank.html', false],
      ] as const) {
        await tab.goto(server.origin + path)
        const { threads, numbers } = await tab.evaluate(rankByKernels, { library: '/dist/index.js', model: MODEL })
        expect(threads).toBe(isolated && kind === firefox ? 2 : 1)
        expect(numbers).toEqual(expected)
      }
      expect(server.requests.map(({ path }) => path).filter(path => path.includes('/ort-'))).toEqual([])
    })

    test('the second visit finds the model in the browser, the page can ask how much is kept and delete it', async () => {
      await tab.goto(`${server.origin}/blank.html`)
      await tab.evaluate(clearModels)
      const first = await visit()
      expect(first).toMatchObject({ ranked: 2, notKept: [] })
      expect(fetched('weights.safetensors')).toBe(1)
      server.requests.length = 0
      expect(await visit()).toEqual(first)
      expect(server.requests.map(({ path }) => path).filter(path => path.startsWith(MODEL))).toEqual([
        `${MODEL}manifest.json`,
      ])
      expect(first.size).toBeGreaterThan(100_000)
      expect(await tab.evaluate(clearModels)).toBe(0)
      await visit()
      expect(fetched('weights.safetensors')).toBe(1)
    })

    test('a page that is not isolated has one thread', async () => {
      expect(await visit('/~bare=true/blank.html')).toMatchObject({ ranked: 2, threads: 1 })
    })

    test('a visit whose storage is refused ranks from memory and says so', async () => {
      // A WebKitGTK that is driven has no setting for it.
      test.skip(kind === webkit, 'NOT RUN in WebKitGTK: its driver cannot refuse storage.')
      const blocking = await kind.launch({ blocksStorage: true })
      const page = await blocking.openTab()
      await page.goto(`${server.origin}/blank.html`)
      const refused = await page.evaluate(() => {
        try {
          return localStorage.length < 0
        } catch {
          return true
        }
      })
      expect(refused).toBe(true)
      expect(await page.evaluate(rankTwo, MODEL)).toMatchObject({ ranked: 2, notKept: [expect.any(String)], size: 0 })
      const site = await copySite()
      noteUncaught(site.folder)
      const host = await startServer({
        roots: [
          { prefix: '/models/', folder: '.cache/e2e/models' },
          { prefix: '/', folder: site.folder },
        ],
      })
      await page.goto(`${host.origin}/#model=${MODEL}&page=passages`)
      await page.until(() => document.querySelector('#own-run')!.textContent!.includes('ranked in'))
      await page.evaluate(() => {
        location.hash = location.hash.replace('passages', 'device')
      })
      await page.until(() => document.querySelector('#stored-model')!.textContent === 'nothing')
      expect(await page.evaluate(() => window.uncaught)).toEqual([])
      await blocking.close()
      await host.close()
      await site.remove()
    })

    test('two tabs that load at once both rank, and download once', async () => {
      const other = await browser.openTab()
      for (const each of [tab, other]) await each.goto(`${server.origin}/blank.html`)
      await tab.evaluate(clearModels)
      server.requests.length = 0
      const [one, two] = await Promise.all([tab.evaluate(rankTwo, MODEL), other.evaluate(rankTwo, MODEL)])
      expect([one.ranked, two.ranked]).toEqual([2, 2])
      // Firefox's `new Worker` often hung where workers of two tabs called it at once.
      const threads = kind === firefox ? 2 : 1
      expect([one.threads, two.threads]).toEqual([threads, threads])
      expect(fetched('weights.safetensors')).toBe(1)
      await other.close()
    })

    test('a page that was left and is come back to answers the call that was pending, or begins anew', async () => {
      await tab.goto(`${server.origin}/blank.html`)
      await tab.evaluate(async model => {
        const url = '/dist/index.js'
        const { createReranker } = (await import(url)) as typeof Library
        const reranker = await createReranker({ model, device: 'wasm', threads: 1 })
        const passages = Array.from({ length: 2000 }, (_, i) => `passage ${i}`)
        window.left = reranker.rank('a query', passages).then(({ results }) => results.length)
        addEventListener('pageshow', event => {
          window.persisted = event.persisted
        })
      }, MODEL)
      await tab.goto(`${server.origin}/blank.html?another`)
      await tab.back()
      await tab.until(() => !location.search)
      const back = await tab.evaluate(async () => ({ persisted: window.persisted, ranked: await window.left }))
      // Firefox keeps no page that holds a Web Lock; there the page begins anew.
      if (kind === firefox) {
        expect(back).toEqual({})
        expect(await tab.evaluate(rankTwo, MODEL)).toMatchObject({ ranked: 2 })
      } else expect(back).toEqual({ persisted: true, ranked: 2000 })
    })

    test('the demo answers by words at once, then the model reads', async () => {
      await tab.goto(`${server.origin}/#model=${MODEL}`)
      await tab.evaluate(() => document.querySelector('mvp-search')!.shadowRoot!.querySelector('input')!.focus())
      await tab.type(QUESTION)
      await tab.until(
        () => document.querySelector('mvp-search')!.shadowRoot!.querySelectorAll('[part~=title]').length === 20,
      )
      await tab.until(() =>
        document
          .querySelector('mvp-search')!
          .shadowRoot!.querySelector('[part~=note]')!
          .textContent!.includes('passages ranked'),
      )
    })

    test('after one visit the demo opens and ranks with the network off', async () => {
      const site = await copySite()
      const host = await startServer({
        bare: true,
        roots: [
          { prefix: '/models/', folder: '.cache/e2e/models' },
          { prefix: '/', folder: site.folder },
        ],
      })
      noteUncaught(site.folder)
      await holdCaches(browser, host.origin)
      await tab.goto(`${host.origin}/#model=${EXACT}`)
      // The service worker isolates the page by one reload.
      await tab.until(() => crossOriginIsolated)
      await tab.until(ready)
      // The service worker keeps what was asked for last in the background.
      await tab.until(async () => {
        const kept = await (await caches.open('mvp-rerank-site')).matchAll()
        return kept.some(({ headers }) => headers.get('Content-Type') === 'application/wasm')
      })
      await host.close()
      await tab.reload()
      await tab.until(ready)
      expect(await tab.evaluate(() => crossOriginIsolated)).toBe(true)
      await tab.evaluate(() => {
        location.hash = `${location.hash}&page=passages`
      })
      await tab.until(() => document.querySelector('#own-run')!.textContent!.includes('ranked in'))
      expect(await tab.evaluate(() => window.uncaught)).toEqual([])
      await site.remove()
    })
  })
}

/** Runs in a page. */
async function rankTwo(model: string) {
  const url = '/dist/index.js'
  const library = (await import(url)) as typeof Library
  const notKept: string[] = []
  const reranker = await library.createReranker({
    model,
    device: 'wasm',
    threads: 2,
    onStatus: status => {
      if (status.kind === 'not-cached') notKept.push(status.reason)
    },
  })
  const { results } = await reranker.rank('one', ['two', 'three'])
  await reranker.dispose()
  return { ranked: results.length, threads: reranker.info.threads, notKept, size: await library.cachedModelSize() }
}

/** Runs in a page, and in Node. */
async function rankByKernels({ library, model }: { library: string; model: string }) {
  const { createReranker } = (await import(library)) as typeof Library
  const reranker = await createReranker({ model, runtime: 'kernels', threads: 2 })
  const passages = Array.from({ length: 30 }, (_, i) => `passage ${i} ${'of words '.repeat(i)}`)
  const { results } = await reranker.rank('one', passages, { fusion: { embed: true }, explain: true })
  await reranker.dispose()
  const numbers = results.map(({ index, score, views, signals }) => ({ index, score, views, signals }))
  return { threads: reranker.info.threads, numbers }
}

/** Runs in a page. */
async function clearModels(): Promise<number> {
  const url = '/dist/index.js'
  const library = (await import(url)) as typeof Library
  await library.clearModelCache()
  return library.cachedModelSize()
}

/** Runs in a page. */
function ready(): true | undefined {
  const engine = document.querySelector<HTMLElement>('#engine')
  if (engine?.dataset.phase === 'ready') return true
  // The reason why a wait was in vain.
  throw new Error(`${engine?.dataset.phase} ${engine?.title} ${engine?.textContent} ${crossOriginIsolated}`)
}

/**
 * A driven WebKitGTK writes nothing to disk, and what lies in a cache is gone once no page has that cache open: so one
 * has.
 */
async function holdCaches(browser: DrivenBrowser, origin: string): Promise<void> {
  const keeper = await browser.openTab()
  await keeper.goto(`${origin}/favicon.svg`)
  await keeper.evaluate(async () => {
    window.held = await Promise.all(['mvp-rerank-models', 'mvp-rerank-site'].map(name => caches.open(name)))
  })
}

/** Makes a copy of the demo note what nobody catches, from before its first script on. */
function noteUncaught(folder: string): void {
  const script = `window.uncaught = []
    addEventListener('error', ({ message }) => uncaught.push(message))
    addEventListener('unhandledrejection', ({ reason }) => uncaught.push(String(reason)))`
  deploy(folder, { 'index.html': text => text.replace('<head>', `<head><script>${script}</script>`) })
}
