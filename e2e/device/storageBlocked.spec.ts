import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright/test'
import { launchOptions } from '../support/chromium.js'
import { consoleErrors } from '../support/consoleErrors.js'
import { openLibrary } from '../support/page.js'
import { expect as expectSoon, test } from '../support/test.js'

/** A browser whose user blocks cookies and site data: storage of every kind throws, or refuses, with SecurityError. */
const BLOCKED = { profile: { default_content_setting_values: { cookies: 2 } } }

const expect = expectSoon.configure({ timeout: 60_000 })

let folder: string
let context: BrowserContext

test.beforeAll(async ({ origin }) => {
  folder = mkdtempSync(join(tmpdir(), 'blocked-'))
  mkdirSync(join(folder, 'Default'))
  writeFileSync(join(folder, 'Default/Preferences'), JSON.stringify(BLOCKED))
  context = await chromium.launchPersistentContext(folder, { ...launchOptions(false), baseURL: origin })
})
test.afterAll(async () => {
  await context.close()
  rmSync(folder, { recursive: true, force: true })
})

test('the library ranks from memory and says so', async () => {
  const page = await context.newPage()
  const errors = consoleErrors(page)
  await openLibrary(page)
  const found = await page.evaluate(async () => {
    const refuses = (what: () => unknown) => {
      try {
        what()
        return false
      } catch {
        return true
      }
    }
    const statuses: string[] = []
    const reranker = await window.library.createReranker({
      model: '/models/bert-relu-q8/',
      device: 'wasm',
      onStatus: status => statuses.push(status.kind),
    })
    const { results } = await reranker.rank('one', ['two', 'three'])
    await reranker.dispose()
    const size = await window.library.cachedModelSize()
    await window.library.clearModelCache()
    return { refused: refuses(() => localStorage.length), statuses, ranked: results.length, size }
  })
  expect(found).toEqual({ refused: true, statuses: ['not-cached', 'chosen'], ranked: 2, size: 0 })
  expect(errors).toEqual([])
  await page.close()
})

test('the element searches', async () => {
  const page = await context.newPage()
  const uncaught: string[] = []
  page.on('pageerror', ({ message }) => uncaught.push(message))
  await page.goto('/element/page.html?inline')
  await page.locator('mvp-search input[role=combobox]').fill('why does dough rise')
  await expect(page.locator('mvp-search .row').first()).toBeVisible()
  await page.locator('mvp-search input[role=combobox]').press('ArrowDown')
  await page.locator('mvp-search input[role=combobox]').fill('')
  await page.waitForTimeout(300)
  expect(uncaught).toEqual([])
  await page.close()
})

test('the demo searches, ranks, and its device page tells that nothing is kept', async () => {
  const page = await context.newPage()
  const errors = consoleErrors(page)
  await page.goto('/#model=/models/bert-relu-q8/')
  await expect(page.locator('#engine')).toHaveAttribute('data-phase', 'ready')
  await page.getByRole('combobox', { name: 'Search' }).fill('How do I stop the server')
  await expect(page.locator('mvp-search [part~=note]')).toContainText('passages ranked')
  await page.getByRole('link', { name: 'Passages', exact: true }).click()
  await expect(page.locator('#own-run')).toContainText('6 ranked in')
  await page.getByRole('link', { name: 'Device', exact: true }).click()
  await expect(page.locator('#stored-model')).toHaveText('nothing')
  await expect(page.locator('#stored-app')).toHaveText('nothing')
  await page.locator('h1:visible').click()
  await page.waitForTimeout(300)
  expect(errors).toEqual([])
  await page.close()
})
