import type { Page } from 'playwright/test'
import { consoleErrors } from '../support/consoleErrors.js'
import { expect as expectSoon, test } from '../support/test.js'

/** Slow machines load the runtime and a model in tens of seconds. */
const expect = expectSoon.configure({ timeout: 60_000 })

/** A tiny model of random weights: the page's behaviour does not depend on what a ranking says. */
const tiny = 'model=/models/bert-relu-q8/'
const question = 'How do I stop the server without dropping requests'

const titles = (page: Page) => page.locator('mvp-search [part~=title]').allTextContents()
const note = (page: Page) => page.locator('mvp-search [part~=note]')

test('words answer at once, and while the model is on its way', async ({ page }) => {
  await page.route('**/models/**', () => undefined)
  await page.goto(`/#${tiny}`)
  await page.getByRole('combobox', { name: 'Search' }).fill(question)
  await expect(page.locator('mvp-search [part~=title]')).toHaveCount(20)
  await expect(note(page)).toContainText('model is loading')
})

test('an example is searched for, the model reads, and the device page knows how long it took', async ({ page }) => {
  const errors = consoleErrors(page)
  await page.goto(`/#${tiny}`)
  await page.getByRole('button', { name: 'How do I mock a request?' }).click()
  await expect(page.getByRole('combobox', { name: 'Search' })).toHaveValue('How do I mock a request?')
  await expect(note(page)).toContainText('passages ranked in')
  const ranked = await titles(page)
  await page.waitForTimeout(500)
  expect(await titles(page)).toEqual(ranked)
  await expect(page).toHaveURL(/#.*q=How\+do\+I\+mock/)
  await page.getByRole('link', { name: 'Device', exact: true }).click()
  await expect(page.locator('#runs tr').first()).toContainText('Search50')
  expect(errors).toEqual([])
})

test('a switch shows one query by keywords and reranked', async ({ page }) => {
  await page.goto(`/#${tiny}`)
  await page.getByRole('combobox', { name: 'Search' }).fill(question)
  await page.getByRole('radio', { name: 'Keywords' }).check()
  await expect(page.locator('mvp-search [part~=title]')).toHaveCount(20)
  const byWords = await titles(page)
  await page.getByRole('radio', { name: 'Reranked' }).check()
  await expect(note(page)).toContainText('passages ranked in')
  expect(await titles(page)).not.toEqual(byWords)
  await page.getByRole('radio', { name: 'Keywords' }).check()
  await expect.poll(() => titles(page)).toEqual(byWords)
  await expect(note(page)).not.toContainText('ranked')
  await page.getByRole('radio', { name: 'Reranked' }).check()
  await expect(note(page)).toContainText('passages ranked in')
})

test('the page answers an example before and after the model has read, and says what moved', async ({ page }) => {
  await page.goto('/')
  await page.locator('#story').scrollIntoViewIfNeeded()
  const before = page.locator('#story-words > li')
  const after = page.locator('#story-model > li')
  await expect(after).toHaveCount(4)
  await expect(before).toHaveCount(4)
  await expect(after.first()).toContainText(/by keywords/)
  const order = (rows: typeof after) => rows.locator('a').allTextContents()
  expect(await order(after)).not.toEqual(await order(before))
  expect((await order(after))[0]).toBe('Redaction')
})

test('own passages are ranked as they are typed, with a bar a view, and shown as text', async ({ page }) => {
  const errors = consoleErrors(page)
  await page.goto(`/#${tiny}&page=passages`)
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
  expect(errors).toEqual([])
})

test('who asks for reduced motion sees none', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.addInitScript(() => {
    Element.prototype.animate = () => {
      throw new Error('a row was animated')
    }
  })
  const errors = consoleErrors(page)
  await page.goto(`/#q=${encodeURIComponent(question)}&${tiny}`)
  await expect(note(page)).toContainText('passages ranked in')
  expect(errors).toEqual([])
})

for (const width of [320, 768]) {
  test(`nothing is wider than a window of ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 740 })
    await page.goto(`/#q=${encodeURIComponent(question)}&${tiny}`)
    const excess = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    await expect(note(page)).toContainText('passages ranked in')
    expect(await excess()).toBeLessThanOrEqual(0)
    for (const name of ['Passages', 'Views', 'Device', 'Bench']) {
      await page.getByRole('navigation').getByRole('link', { name, exact: true }).click()
      await expect(page.locator('h1:visible')).toBeVisible()
      // On a slow machine.
      if (name === 'Device') {
        await page.locator('.runs tbody td').evaluateAll(cells => {
          for (const cell of cells) cell.textContent = '12,345 ms'
        })
      }
      expect(await excess(), name).toBeLessThanOrEqual(0)
    }
  })
}
