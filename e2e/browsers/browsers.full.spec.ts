import type { readFileSync, writeFileSync } from 'node:fs'
import type { join } from 'node:path'
import type * as Library from '../../src/index.js'
import { startServer, type TestServer } from '../support/server.js'
import type { copySite, deploy } from '../support/site.js'
import { expect, test } from '../support/test.js'
import type { DrivenBrowser, Tab } from './drivenBrowser.js'
import { firefox } from './firefox.js'
import { webkit } from './webkit.js'

declare global {
  interface Window {
    uncaught?: string[]
  }
}

const QUESTION = 'How do I stop the server without dropping requests'

for (const kind of [firefox, webkit]) {
  test.describe(kind.name, () => {
    const missing = kind.missing()
    test.skip(missing !== undefined, `NOT RUN in ${kind.name}: ${missing}.`)
    // One browser for all: it takes seconds to start.
    test.describe.configure({ mode: 'serial' })

    let browser: DrivenBrowser
    let server: TestServer
    test.beforeAll(async () => {
      browser = await kind.launch()
      server = await startServer()
    })
    test.afterAll(async () => {
      await server.close()
      await browser.close()
    })

    test('features', async () => {
      const tab = await browser.openTab()
      await tab.goto(`${server.origin}/blank.html`)
      console.log(
        browser.title,
        await tab.evaluate(async () => [
          navigator.userAgent,
          crossOriginIsolated,
          typeof navigator.storage,
          typeof caches,
          typeof navigator.locks,
          navigator.hardwareConcurrency,
          typeof SharedArrayBuffer,
          'serviceWorker' in navigator,
          typeof AbortSignal.any,
          isSecureContext,
          typeof navigator.userActivation,
        ]),
      )
      await tab.close()
    })

    test('the library ranks with threads, and finds its model again', async () => {
      const tab = await browser.openTab()
      const visit = async () => {
        await tab.goto(`${server.origin}/blank.html`)
        return tab.evaluate(async () => {
          const url = '/dist/index.js'
          const library = (await import(url)) as typeof Library
          const statuses: string[] = []
          const reranker = await library.createReranker({
            model: '/models/bert-relu-q8/',
            device: 'wasm',
            threads: 2,
            onStatus: status => statuses.push(`${status.kind}: ${'reason' in status ? status.reason : ''}`),
          })
          const { results } = await reranker.rank('one', ['two', 'three'])
          await reranker.dispose()
          return {
            ranked: results.length,
            threads: reranker.info.threads,
            statuses,
            size: await library.cachedModelSize(),
          }
        })
      }
      console.log(await visit(), server.requests.length)
      server.requests.length = 0
      console.log(await visit())
      console.log(server.requests.map(({ path }) => path))
      await tab.close()
    })
  })
}
void (0 as unknown as
  | Tab
  | typeof readFileSync
  | typeof writeFileSync
  | typeof join
  | typeof copySite
  | typeof deploy
  | typeof QUESTION)
