import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Frame, Page } from 'playwright/test'
import { originalOrder, passages, query } from '../support/oracleList.js'
import { startServer } from '../support/server.js'
import { expect, test } from '../support/test.js'

/** Places in which browsers start no worker, or not as elsewhere: the error says what helps there. */

test('in a service worker: the page or an offscreen document is the place', async ({ page }) => {
  await page.goto('/blank.html')
  const error = await page.evaluate(async () => {
    const answered = new Promise(resolve => {
      navigator.serviceWorker.onmessage = ({ data }) => resolve(data)
    })
    const registration = await navigator.serviceWorker.register('/serviceWorker.js', {
      type: 'module',
      scope: '/none/',
    })
    const worker = registration.installing ?? registration.waiting ?? registration.active
    worker!.postMessage('create')
    const answer = await answered
    await registration.unregister()
    return answer
  })
  expect(error).toEqual({ code: 'worker-failed', remedy: expect.stringMatching(/page.*offscreen document/) })
})

test('on a file: page: a server is needed', async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), 'mvp-rerank-file-'))
  // Browsers load no module from another file; this is what a bundler that writes one page makes.
  const library = readFileSync('dist/index.js', 'utf8').replace(
    /export\{([^}]*)\};?\s*$/,
    (_, names: string) => `window.library={${names.replace(/([\w$]+) as ([\w$]+)/g, '$2:$1')}}`,
  )
  writeFileSync(join(folder, 'page.html'), `<!doctype html><script type="module">${library}</script>`)
  await page.goto(pathToFileURL(join(folder, 'page.html')).href)
  await page.waitForFunction(() => window.library)
  const error = await failure(page)
  expect(error).toEqual({ code: 'worker-failed', remedy: expect.stringMatching(/server, not as file:/) })
  rmSync(folder, { recursive: true })
})

/** A frame with an origin of its own, as for content of others. */
async function sandboxed(page: Page, origin: string): Promise<Frame> {
  await page.goto(`${origin}/blank.html`)
  await page.evaluate(() => {
    const frame = document.createElement('iframe')
    frame.setAttribute('sandbox', 'allow-scripts')
    frame.src = '/blank.html?sandboxed'
    document.body.append(frame)
  })
  await expect.poll(() => page.frames().length).toBe(2)
  const frame = page.frames()[1]!
  await frame.waitForLoadState()
  await frame.evaluate(async url => Object.assign(window, { library: await import(url) }), `${origin}/dist/index.js`)
  return frame
}

test('in a sandboxed frame it runs if the library’s server allows other origins', async ({ page, origin }) => {
  const frame = await sandboxed(page, origin)
  const order = await frame.evaluate(
    async ({ query, passages }) => {
      const reranker = await window.library.createReranker({ model: '/models/bert-relu-fp32/', device: 'wasm' })
      const { results } = await reranker.rank(query, passages)
      await reranker.dispose()
      return results.map(({ index }) => index)
    },
    { query, passages },
  )
  expect(order).toEqual(originalOrder())
})

test('in a sandboxed frame a worker that is not allowed says what is missing', async ({ page }) => {
  const server = await startServer()
  const frame = await sandboxed(page, server.origin)
  const error = await failure(frame, `${server.origin}/none.js`)
  expect(error).toEqual({
    code: 'worker-failed',
    remedy: expect.stringMatching(/allow-same-origin to the sandbox, .*CORS/),
  })
  await server.close()
})

function failure(place: Page | Frame, workerUrl?: string): Promise<{ code: string; remedy: string }> {
  return place.evaluate(async workerUrl => {
    const own = workerUrl === undefined ? {} : { workerUrl }
    return window.library.createReranker({ model: 'http://localhost/models/none/', ...own }).then(
      () => ({ code: 'none', remedy: '' }),
      ({ code, remedy }) => ({ code, remedy }),
    )
  }, workerUrl)
}
