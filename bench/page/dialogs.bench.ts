import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { close, createIndex } from 'pagefind'
import type { Page } from 'playwright/test'
import sharp from 'sharp'
import { startServer, type TestServer } from '../../e2e/support/server.js'
import { expect, test } from '../../e2e/support/test.js'

/** This project's documentation: `npm run docs:build` makes it. */
const SITE = '.cache/docs/site'
const QUESTION = 'Does it work without a network?'
const SIZE = { width: 800, height: 620 }
/** Far above what the pictures take, so that no other state slips in. */
const MOST_BYTES = 80_000

let folder = ''
let server: TestServer

test.beforeAll(async () => {
  expect(existsSync(join(SITE, 'search/index.json')), 'first: npm run docs:build').toBe(true)
  folder = mkdtempSync(join(tmpdir(), 'mvp-rerank-dialogs-'))
  const { index, errors } = await createIndex({})
  if (!index) throw new Error(errors.join('\n'))
  await index.addDirectory({ path: SITE })
  await index.writeFiles({ outputPath: join(folder, 'pagefind') })
  await close()
  writeFileSync(
    join(folder, 'mvp-search.html'),
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>mvp-search</title>
<script type="module" src="/mvp-rerank/search.js"></script>
<style>body { margin: 0; background: #fff }</style>
<mvp-search src="/search/" model="/models/mvp-mini/"></mvp-search>`,
  )
  writeFileSync(
    join(folder, 'pagefind.html'),
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Pagefind</title>
<link rel="stylesheet" href="/pagefind/pagefind-component-ui.css">
<script type="module" src="/pagefind/pagefind-component-ui.js"></script>
<style>body { margin: 0; background: #fff; font-family: system-ui, sans-serif }</style>
<pagefind-modal-trigger></pagefind-modal-trigger><pagefind-modal></pagefind-modal>`,
  )
  const roots = [
    { prefix: '/', folder },
    { prefix: '/', folder: SITE },
  ]
  server = await startServer({ roots })
})

test.afterAll(async () => {
  await server?.close()
  if (folder) rmSync(folder, { recursive: true })
})

test.beforeEach(async ({ page }) => {
  await page.setViewportSize(SIZE)
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
})

test('the dialog of mvp-search, for docs/COMPARISON.md', async ({ page }) => {
  test.setTimeout(10 * 60_000)
  await page.goto(`${server.origin}/mvp-search.html`)
  await page.keyboard.press('Control+k')
  await page.locator('mvp-search input[role=combobox]').fill(QUESTION)
  await expect(page.locator('mvp-search [part=note]')).toContainText('ranked in', { timeout: 8 * 60_000 })
  await expect(page.locator('mvp-search [part=sentence]').first()).toBeVisible({ timeout: 60_000 })
  await page.waitForTimeout(1000)
  await keep(page, 'docs/dialog-mvp-search.webp')
})

test('the modal of Pagefind, for docs/COMPARISON.md', async ({ page }) => {
  await page.goto(`${server.origin}/pagefind.html`)
  await page.locator('pagefind-modal-trigger button').click()
  await page.keyboard.type(QUESTION)
  await expect(page.locator('pagefind-modal mark').first()).toBeVisible({ timeout: 60_000 })
  await page.waitForTimeout(1000)
  await keep(page, 'docs/dialog-pagefind.webp')
})

async function keep(page: Page, file: string): Promise<void> {
  const picture = await sharp(await page.screenshot())
    .webp({ quality: 82, effort: 6 })
    .toBuffer()
  expect(picture.length).toBeLessThan(MOST_BYTES)
  writeFileSync(file, picture)
}
