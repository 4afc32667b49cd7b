import type { Page } from 'playwright/test'
import { expect as expectSoon, test } from './test.js'

/** Slow machines load the runtime and a model in tens of seconds. */
const expect = expectSoon.configure({ timeout: 60_000 })

/** A tiny model of random weights: the page's behaviour does not depend on what a ranking says. */
const tiny = 'model=/models/bert-relu-q8/'
const question = 'How do I stop the server without dropping requests'

const rows = (page: Page) => page.locator('#search-list > li')
const titles = (page: Page) => page.locator('#search-list .row-title').allTextContents()
const line = (page: Page) => page.locator('#search-run')

/** Every message of the console that tells of a mistake, and every error that nobody caught. */
function complaints(page: Page): string[] {
  const found: string[] = []
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) found.push(message.text())
  })
  page.on('pageerror', error => found.push(error.message))
  return found
}

test('words answer at once, the ranking sharpens the order, and the last order stays', async ({ page }) => {
  const complained = complaints(page)
  await page.goto(`/#${tiny}`)
  await page.getByRole('searchbox', { name: 'Query' }).fill(question)
  await expect(rows(page)).toHaveCount(50)
  const byWords = await titles(page)
  await expect(line(page)).toContainText(/50 ranked in .+ pairs\/s · WASM int8/)
  await expect(page.locator('.row.is-scored')).toHaveCount(50)
  const ranked = await titles(page)
  expect(ranked).not.toEqual(byWords)
  expect([...ranked].sort()).toEqual([...byWords].sort())
  expect(await page.locator('.row-number').allTextContents()).toEqual(byWords.map((_, i) => String(i + 1)))
  await page.waitForTimeout(700)
  expect(await titles(page)).toEqual(ranked)
  await expect(page.locator('#announcer')).toContainText('50 ranked in')
  expect(complained).toEqual([])
})

test('words answer while the model is on its way', async ({ page }) => {
  await page.route('**/models/**', () => undefined)
  await page.goto(`/#${tiny}`)
  await page.getByRole('searchbox', { name: 'Query' }).fill(question)
  await expect(rows(page)).toHaveCount(50)
  await expect(line(page)).toContainText('model is loading')
  await expect(page.locator('.row.is-scored')).toHaveCount(0)
})

test('typing on ends the ranking before', async ({ page }) => {
  const complained = complaints(page)
  await page.goto(`/#${tiny}`)
  await expect(page.locator('#engine-state')).toContainText('Ready')
  const query = page.getByRole('searchbox', { name: 'Query' })
  await query.pressSequentially('redact secrets in logs', { delay: 15 })
  await expect(line(page)).toContainText('ranked in')
  const typed = await titles(page)
  await query.fill('')
  await expect(rows(page)).toHaveCount(0)
  await query.fill('redact secrets in logs')
  await expect(line(page)).toContainText('ranked in')
  await page.waitForTimeout(500)
  expect(await titles(page)).toEqual(typed)
  await expect(page.locator('.failure')).toHaveCount(0)
  expect(complained).toEqual([])
})

test('own passages are ranked as they are typed, with a bar a view, and shown as text', async ({ page }) => {
  const complained = complaints(page)
  await page.goto(`/#${tiny}`)
  await page.getByRole('tab', { name: 'Your own passages' }).click()
  const passages = page.getByRole('textbox', { name: 'Passages' })
  const hostile = '<img src="x" onerror="document.title = \'run\'"> <b>bold</b>'
  await passages.fill(`One passage.\n\nAnother one,\nof two lines.\n\n${hostile}`)
  const list = page.locator('#own-list > li')
  await expect(list).toHaveCount(3)
  await expect(page.locator('#own-run')).toContainText('3 ranked in')
  await expect(list.first().locator('.view')).toHaveCount(4)
  expect(await page.locator('.row-passage').allTextContents()).toContain(hostile)
  await passages.press('Control+End')
  await passages.pressSequentially('\n\nA fourth.')
  await expect(page.locator('#own-run')).toContainText('4 ranked in')
  await expect(page).not.toHaveTitle('run')
  expect(complained).toEqual([])
})

test('a ranking left for the other tab is taken up again on the way back', async ({ page }) => {
  await page.goto(`/#${tiny}`)
  await expect(page.locator('#engine-state')).toContainText('Ready')
  await page.getByRole('searchbox', { name: 'Query' }).fill(question)
  await page.getByRole('tab', { name: 'Search the docs' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(page.locator('#own-run')).toContainText('6 ranked in')
  await page.keyboard.press('ArrowLeft')
  await expect(line(page)).toContainText('50 ranked in')
})

test('a model that is not there is told in plain words, with what to do, and words go on', async ({ page }) => {
  await page.goto('/#model=/models/none/')
  await page.getByRole('searchbox', { name: 'Query' }).fill(question)
  const failure = page.getByRole('alert')
  await expect(failure).toContainText('The model did not load')
  await expect(failure.getByRole('button', { name: 'Try again' })).toBeVisible()
  await page.getByRole('searchbox', { name: 'Query' }).fill('cookies')
  await expect(rows(page).first()).toContainText(/cookie/i)
  await expect(failure).toBeVisible()
})

test('a chosen device is loaded, and the query ranked again', async ({ page }) => {
  await page.goto(`/#${tiny}&q=${encodeURIComponent(question)}`)
  await expect(line(page)).toContainText('ranked in')
  await page.getByLabel('Device').selectOption('wasm')
  await expect(line(page)).not.toContainText('ranked in')
  await expect(line(page)).toContainText('ranked in')
})

test('the row that has the focus keeps it while rows move', async ({ page }) => {
  await page.goto(`/#${tiny}`)
  await expect(page.locator('#engine-state')).toContainText('Ready')
  const query = page.getByRole('searchbox', { name: 'Query' })
  await query.fill(question)
  await query.press('ArrowDown')
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('href'))
  const before = await focused()
  expect(before).toMatch(/^https:/)
  await expect(line(page)).toContainText('ranked in')
  expect(await focused()).toBe(before)
  await page.keyboard.press('ArrowUp')
  expect(await focused()).not.toBe(before)
})

test('who asks for reduced motion sees none', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.addInitScript(() => {
    Element.prototype.animate = () => {
      throw new Error('a row was animated')
    }
  })
  const complained = complaints(page)
  await page.goto(`/#${tiny}&q=${encodeURIComponent(question)}`)
  await expect(line(page)).toContainText('ranked in')
  expect(complained).toEqual([])
})

for (const width of [320, 360, 768, 1600]) {
  test(`nothing is wider than a window of ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 740 })
    await page.goto(`/#${tiny}&q=${encodeURIComponent(question)}`)
    const excess = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    await expect(line(page)).toContainText('ranked in')
    expect(await excess()).toBeLessThanOrEqual(0)
    await page.getByRole('tab', { name: 'Your own passages' }).click()
    await expect(page.locator('#own-run')).toContainText('ranked in')
    await page.locator('#licence-list summary').first().click()
    expect(await excess()).toBeLessThanOrEqual(0)
  })
}

test('the page runs under a strict content security policy', async ({ page }) => {
  const policy =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'"
  await page.route('**/', async route => {
    const response = await route.fetch()
    await route.fulfill({ response, headers: { ...response.headers(), 'Content-Security-Policy': policy } })
  })
  const complained = complaints(page)
  await page.goto(`/#${tiny}&q=${encodeURIComponent(question)}`)
  await expect(line(page)).toContainText('ranked in')
  await page.getByRole('tab', { name: 'Your own passages' }).click()
  await expect(page.locator('#own-run')).toContainText('ranked in')
  expect(complained).toEqual([])
})
