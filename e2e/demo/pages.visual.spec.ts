import { mkdirSync, readFileSync } from 'node:fs'
import type { Page } from 'playwright/test'
import { axeViolations } from '../support/axe.js'
import { consoleErrors } from '../support/consoleErrors.js'
import { go, states, tiny } from '../support/pageStates.js'
import { looks } from '../support/screenshot.js'
import { startServer } from '../support/server.js'
import { expect as expectSoon, test } from '../support/test.js'

/** Slow machines load the runtime and a model in tens of seconds. */
const expect = expectSoon.configure({ timeout: 60_000 })

/** Folder of the screenshots, for people to look at. */
const PICTURES = 'test-results/pages'

const excess = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

for (const { width, height, colorScheme } of looks) {
  test(`every page and state at ${width} px, ${colorScheme}: accessible, nothing too wide`, async ({ page }) => {
    mkdirSync(PICTURES, { recursive: true })
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height })
    const errors = consoleErrors(page)
    await page.goto(`/#${tiny}`)
    for (const { name, reach } of states) {
      await reach(page)
      // Colours fade in, and have too little contrast until then.
      await page.waitForTimeout(300)
      expect.soft(await excess(page), name).toBeLessThanOrEqual(0)
      await page.screenshot({
        path: `${PICTURES}/${name}-${width}-${colorScheme}.png`,
        fullPage: name !== 'search-ranked',
      })
      expect.soft(await axeViolations(page), `${name} ${width} ${colorScheme}`).toEqual([])
    }
    expect(errors).toEqual([])
  })
}

test('a model that is not there is told in plain words on every page, accessibly, and search by words goes on', async ({
  page,
}) => {
  await page.goto('/#model=/models/none/')
  await expect(page.locator('#engine')).toHaveAttribute('data-phase', 'failed')
  await page.getByRole('combobox', { name: 'Search' }).fill('cookies')
  await expect(page.locator('mvp-search [part~=title]').first()).toContainText(/cookie/i)
  for (const name of ['Passages', 'Views', 'Device']) {
    await go(page, name)
    const failure = page.getByRole('alert').locator('visible=true')
    await expect(failure).toContainText('The model did not load')
    await expect(failure.getByRole('button', { name: 'Try again' })).toBeVisible()
    expect.soft(await axeViolations(page), `${name} without a model`).toEqual([])
  }
  await page.screenshot({ path: `${PICTURES}/failed.png` })
})

test('a chosen depth and device hold for all pages and for the next visit', async ({ page }) => {
  await page.goto(`/#${tiny}&page=device`)
  await expect(page.locator('#engine')).toHaveAttribute('data-phase', 'ready')
  const dial = page.locator('#depth-dial')
  const shallow = dial.getByRole('radio').first()
  await shallow.check({ force: true })
  await page.locator('#device-choice').selectOption('wasm')
  await expect(page.locator('#device-remark')).toContainText(`${await shallow.inputValue()} layers`)
  await page.reload()
  await expect(page.locator('#device-remark')).toContainText(`${await shallow.inputValue()} layers`)
  await expect(shallow).toBeChecked()
  await expect(page.locator('#device-choice')).toHaveValue('wasm')
})

test('pages have names, addresses and a way back', async ({ page }) => {
  await page.goto(`/#${tiny}`)
  await go(page, 'Device')
  await expect(page).toHaveTitle(/^Device and model/)
  await expect(page.locator('h1:visible')).toBeFocused()
  expect(page.url()).toContain('page=device')
  expect(page.url()).toContain('model=')
  await go(page, 'Views')
  await page.goBack()
  await expect(page.locator('h1:visible')).toHaveText('Device and model')
  await page.keyboard.press('Tab')
  await page.reload()
  await expect(page.locator('h1:visible')).toHaveText('Device and model')
})

test('the bench page measures, draws, is accessible, and gives its report as JSON', async ({ page }) => {
  test.slow()
  await page.goto(`/bench/#${tiny}`)
  await page.locator('select[name=device]').selectOption('wasm')
  await page.getByRole('button', { name: 'Measure' }).click()
  await expect(page.locator('#bench-run')).toContainText('Done: WASM', { timeout: 150_000 })
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save' }).click(),
  ])
  const report = JSON.parse(readFileSync(await download.path(), 'utf8'))
  expect(report).toMatchObject({ format: 'mvp-rerank-bench', version: 1, info: { device: 'wasm' } })
  expect(report.queries).toHaveLength(10)
  expect(report.summary.pairsPerSecond).toBeGreaterThan(0)
  expect(report.queries[0].quality.at(-1).ms).toBe(report.queries[0].ms)
  await expect(page.locator('#plot-speed circle')).toHaveCount(10)
  expect(await excess(page)).toBeLessThanOrEqual(0)
  await page.screenshot({ path: `${PICTURES}/bench.png`, fullPage: true })
  expect.soft(await axeViolations(page), 'bench').toEqual([])
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize({ width: 360, height: 780 })
  await page.waitForTimeout(500)
  expect(await excess(page)).toBeLessThanOrEqual(0)
  await page.screenshot({ path: `${PICTURES}/bench-360-dark.png`, fullPage: true })
  expect.soft(await axeViolations(page), 'bench, dark, 360').toEqual([])
})

test('all pages run under a strict policy with Trusted Types: no violation, in workers neither', async ({ page }) => {
  const reports = '/violations'
  const policy =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'"
  const server = await startServer({
    headers: path => ({
      'Content-Security-Policy': `${policy}; ${/\/$|\.html$/.test(path) ? "require-trusted-types-for 'script'; trusted-types mvp-rerank lit-html; " : ''}report-uri ${reports}`,
    }),
  })
  const errors = consoleErrors(page)
  await page.goto(`${server.origin}/#${tiny}`)
  for (const { reach } of states) await reach(page)
  await page.goto(`${server.origin}/bench/#${tiny}`)
  await expect(page.locator('#plot-speed svg')).toBeVisible()
  await page.waitForTimeout(500)
  expect(server.requests.filter(({ path }) => path === reports).map(({ body }) => body)).toEqual([])
  expect(errors).toEqual([])
  // Every request went to this server: the page names no other one.
  await server.close()
})
