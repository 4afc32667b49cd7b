import { mkdirSync } from 'node:fs'
import type { Page } from 'playwright/test'
import { axeViolations } from '../support/axe.js'
import {
  holdRankings,
  input,
  note,
  openDialog,
  openElement,
  openWith,
  ranked,
  results,
  TINY,
} from '../support/element.js'
import { looks } from '../support/screenshot.js'
import { expect as expectSoon, test } from '../support/test.js'

const expect = expectSoon.configure({ timeout: 30_000 })

/** Folder of the screenshots of each state, for people to look at. */
const pictures = 'test-results/element'

const model = { model: TINY }

const states: Record<string, (page: Page, setUp: Record<string, string>) => Promise<void>> = {
  closed: async (page, setUp) => openElement(page, setUp),
  empty: async (page, setUp) => {
    await openDialog(page, setUp)
    await expect(page.locator('mvp-search select').first()).toBeVisible()
  },
  examples: async (page, setUp) => {
    await openDialog(page, { ...setUp, ...model, examples: 'Why does dough rise?|How is bread kept fresh?|Steam' })
    await expect(note(page)).toContainText('model is ready')
    await page.keyboard.press('ArrowDown')
  },
  examplesLoading: async (page, setUp) => {
    await page.route('**/weights.safetensors', () => undefined)
    await openDialog(page, { ...setUp, ...model, examples: 'Why does dough rise?|How is bread kept fresh?|Steam' })
    await expect(note(page)).toContainText('model is loading')
  },
  plain: async (page, setUp) => {
    await openWith(page, 'flour and water', { ...setUp, ...model })
    await expect(note(page)).toHaveText(ranked)
    await page.locator('mvp-search [part=why-button]').first().click()
    await expect(page.locator('mvp-search .why')).toBeVisible()
  },
  recent: async (page, setUp) => {
    await page.addInitScript(() =>
      localStorage.setItem('mvp-search:recent:', JSON.stringify(['why does dough rise', 'steam'])),
    )
    await openDialog(page, setUp)
    await page.keyboard.press('ArrowDown')
  },
  words: async (page, setUp) => openWith(page, 'flour and water', setUp),
  loading: async (page, setUp) => {
    await page.route('**/weights.safetensors', () => undefined)
    await openWith(page, 'flour and water', { ...setUp, ...model })
    await expect(note(page)).toContainText('model is loading')
  },
  ranked: async (page, setUp) => {
    await openWith(page, 'flour and water', { ...setUp, ...model })
    await expect(note(page)).toHaveText(ranked)
    await expect(page.locator('mvp-search .sentence').nth(3)).toBeVisible()
    await page.waitForTimeout(500)
  },
  why: async (page, setUp) => {
    await openWith(page, 'flour and water', { ...setUp, ...model })
    await expect(note(page)).toHaveText(ranked)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await page.locator('mvp-search .why summary').click()
    await expect(page.locator('mvp-search .bar').first()).toBeVisible()
  },
  held: async (page, setUp) => {
    await openElement(page, setUp)
    await holdRankings(page)
    if (setUp.inline === undefined) await page.keyboard.press('/')
    await input(page).fill('flour and water')
    await expect(results(page).first()).toBeVisible()
    await input(page).press('ArrowDown')
    await page.evaluate(() => window.release())
    await expect(page.getByRole('button', { name: 'Show it' })).toBeVisible()
  },
  nothing: async (page, setUp) => {
    await openDialog(page, setUp)
    await input(page).fill('braed')
    await expect(page.locator('mvp-search [part=query]')).toHaveCount(2)
  },
  failed: async (page, setUp) => {
    await openDialog(page, { ...setUp, fail: '' })
    await input(page).fill('flour')
    await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible()
  },
  withoutModel: async (page, setUp) => {
    await openWith(page, 'flour', { ...setUp, model: '/models/none/' })
    await expect(note(page)).toContainText('could not be loaded')
  },
  inline: async (page, setUp) => openWith(page, 'flour and water', { ...setUp, inline: '' }),
  german: async (page, setUp) => {
    await openWith(page, 'flour and water', { ...setUp, lang: 'de' })
    await page.locator('mvp-search .side button').first().click()
  },
  rightToLeft: async (page, setUp) => {
    await openWith(page, 'flour and water', { ...setUp, lang: 'ar', dir: 'rtl' })
    await input(page).press('ArrowDown')
    await input(page).press('ArrowLeft')
    await expect(page.locator('mvp-search .side[aria-selected=true]')).toBeVisible()
  },
  hostile: async (page, setUp) => openWith(page, 'bread', { ...setUp, hostile: '' }),
}

for (const [name, reach] of Object.entries(states)) {
  test(`axe finds nothing: ${name}`, async ({ page }) => {
    test.slow()
    mkdirSync(pictures, { recursive: true })
    for (const { width, colorScheme } of looks) {
      await page.setViewportSize({ width, height: width < 500 ? 740 : 900 })
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await reach(page, {})
      await page.screenshot({ path: `${pictures}/${name}-${width}-${colorScheme}.png` })
      expect(await axeViolations(page)).toEqual([])
      const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement)
      expect(scrollWidth).toBe(clientWidth)
    }
  })
}

test('axe finds nothing in a wide window, with forced colours, and at 200 %', async ({ page }) => {
  mkdirSync(pictures, { recursive: true })
  await page.setViewportSize({ width: 1600, height: 900 })
  await states.why!(page, {})
  await page.screenshot({ path: `${pictures}/why-1600-light.png` })
  expect(await axeViolations(page)).toEqual([])
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' })
  await page.screenshot({ path: `${pictures}/why-1600-forced.png` })
  expect(await axeViolations(page)).toEqual([])
  await page.emulateMedia({ forcedColors: 'none', colorScheme: 'light' })
  // A window of 1280 × 800 at 200 %.
  await page.setViewportSize({ width: 640, height: 400 })
  await page.screenshot({ path: `${pictures}/why-zoomed.png` })
  expect(await axeViolations(page)).toEqual([])
  await expect(input(page)).toBeInViewport()
  await expect(page.locator('mvp-search .why')).toBeInViewport()
})
