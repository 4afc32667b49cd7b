import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { buildIndex } from '../../src/indexer/buildIndex.js'
import { violations } from '../support/policy.js'
import { startServer, type TestServer } from '../support/server.js'
import { expect, test } from '../support/test.js'

test.use({ otherOrigins: true })

const POLICY = "default-src 'self'; script-src 'self'; worker-src 'self'; report-uri /violations"
const TRUSTED_TYPES = "; require-trusted-types-for 'script'; trusted-types mvp-rerank"

let folder = ''
let server: TestServer
let elsewhere: TestServer

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stemmers-'))
  await mkdir(join(folder, 'docs'))
  const pages = {
    'german.md': '---\nlang: de\n---\n# Im Schrank\n\nDie Gläser stehen auf dem obersten Brett.\n',
    'english.md': '# Lamps\n\nA lamp is lit at dusk, every day.\n',
  }
  for (const [name, text] of Object.entries(pages)) await writeFile(join(folder, 'docs', name), text)
  const sources = [{ from: join(folder, 'docs'), urls: { base: '/', links: 'clean' as const } }]
  await buildIndex({ sources, out: join(folder, 'index') })
  const roots = [
    { prefix: '/search/', folder },
    { prefix: '/dist/', folder: 'dist' },
    { prefix: '/', folder: 'e2e/pages' },
  ]
  server = await startServer({
    roots,
    headers: path => ({
      'Content-Security-Policy': POLICY + (path.endsWith('strict.html') ? TRUSTED_TYPES : ''),
    }),
  })
  elsewhere = await startServer({ roots })
})

test.afterAll(async () => {
  await server?.close()
  await elsewhere?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Searches for a form of a word that the index lacks. */
function search(page: Page, workerUrl?: string): Promise<string[]> {
  return page.evaluate(async workerUrl => {
    const own = workerUrl === undefined ? {} : { workerUrl }
    const search = await window.library.openSearch({ src: '/search/index', ...own })
    const { candidates } = await search.query('Gläsern', { correct: false })
    const lamps = await search.query('lamps')
    await search.dispose()
    return [...candidates, ...lamps.candidates].map(({ url }) => url)
  }, workerUrl)
}

const stemmersAsked = ({ requests }: TestServer) =>
  requests.map(({ path }) => path).filter(path => path.includes('/stemmer-'))

test('the stemmer of a language in the index is loaded, and no other, under the strictest policy', async ({ page }) => {
  await page.goto(`${server.origin}/strict.html`)
  expect(await search(page)).toEqual(['/german#im-schrank', '/english#lamps'])
  expect(stemmersAsked(server)).toEqual(['/dist/stemmer-de.js'])
  expect(await violations(page, server)).toEqual([])
})

test('a worker from another origin finds the stemmers beside itself', async ({ page }) => {
  await page.goto(`${elsewhere.origin}/blank.html`)
  await page.evaluate(async url => Object.assign(window, { library: await import(url) }), '/dist/index.js')
  const before = stemmersAsked(server).length
  expect(await search(page, `${server.origin}/dist/search.worker.js`)).toEqual(['/german#im-schrank', '/english#lamps'])
  expect(stemmersAsked(server).length).toBe(before + 1)
})

test('where the stemmer is missing, words are found as they are typed', async ({ page }) => {
  await page.context().route('**/stemmer-*.js', route => route.abort())
  await page.goto(`${elsewhere.origin}/blank.html`)
  await page.evaluate(async url => Object.assign(window, { library: await import(url) }), '/dist/index.js')
  expect(await search(page)).toEqual(['/english#lamps'])
})
