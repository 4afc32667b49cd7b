import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { codeBlocks } from '../support/markdown.js'
import { startServer } from '../support/server.js'
import { expect, test } from '../support/test.js'

const scripts = codeBlocks('docs/OFFLINE.md').filter(({ language }) => language === 'js')

test('the recipe of docs/OFFLINE.md isolates pages of a host without headers, by one reload', async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), 'isolation-'))
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><title>Site</title><script type="module" src="page.js"></script>',
  )
  writeFileSync(
    join(folder, 'page.js'),
    `globalThis.loads = Number(sessionStorage.loads ?? 0) + 1\nsessionStorage.loads = loads\n${scripts[0]!.code}`,
  )
  mkdirSync(join(folder, 'deep'))
  writeFileSync(join(folder, 'deep/index.html'), '<!doctype html><title>Deep</title>')
  const server = await startServer({
    bare: true,
    roots: [
      { prefix: '/service-worker.js', folder: 'dist/service-worker.js' },
      { prefix: '/models/', folder: '.cache/e2e/models' },
      { prefix: '/dist/', folder: 'dist' },
      { prefix: '/', folder },
    ],
  })
  // To look into the page would be a user at work to the browser, and a page in use is not reloaded.
  let loads = 0
  const reloaded = page.waitForEvent('load', { predicate: () => ++loads === 2, timeout: 60_000 })
  await page.goto(`${server.origin}/`)
  await reloaded
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
  expect(await page.evaluate(() => (window as unknown as { loads: number }).loads)).toBe(2)
  // Another page of the site, which knows nothing of it, and the library on it.
  await page.goto(`${server.origin}/deep/`)
  const threads = await page.evaluate(async () => {
    const url = '/dist/index.js'
    const { createReranker } = (await import(url)) as typeof import('../../src/index.js')
    const reranker = await createReranker({ model: '/models/bert-relu-q8/', device: 'wasm', threads: 2 })
    const { results } = await reranker.rank('one', ['two', 'three'])
    await reranker.dispose()
    return [reranker.info.threads, results.length]
  })
  expect(threads).toEqual([2, 2])
  // Nothing is kept that was not listed.
  const kept = await page.evaluate(async () => {
    const names = await caches.keys()
    return (await Promise.all(names.map(async name => (await caches.open(name)).keys()))).flat().length
  })
  expect(kept).toBe(0)
  await server.close()
  rmSync(folder, { recursive: true })
})
