import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { codeBlocks } from './markdown.js'
import { startServer } from './server.js'
import { expect, test } from './test.js'

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
  await page.goto(`${server.origin}/`)
  await page.waitForFunction(() => crossOriginIsolated)
  expect(await page.evaluate(() => (window as unknown as { loads: number }).loads)).toBe(2)
  // Another page of the site, which knows nothing of it, and the library on it.
  await page.goto(`${server.origin}/deep/`)
  const threads = await page.evaluate(async () => {
    const url = '/dist/index.js'
    const { createReranker } = (await import(url)) as typeof import('../src/index.js')
    const reranker = await createReranker({ model: '/models/bert-relu-q8/', device: 'wasm', threads: 2 })
    const { results } = await reranker.rank('one', ['two', 'three'])
    await reranker.dispose()
    return [reranker.info.threads, results.length]
  })
  expect(threads).toEqual([2, 2])
  // Nothing is kept that was not listed.
  expect(await page.evaluate(() => caches.keys())).toEqual([])
  await server.close()
  rmSync(folder, { recursive: true })
})
