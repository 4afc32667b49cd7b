import { input, note, openElement, ranked, results, status, TINY, told } from '../support/element.js'
import { startServer } from '../support/server.js'
import { expect as expectSoon, test } from '../support/test.js'

const expect = expectSoon.configure({ timeout: 30_000 })

const model = { model: TINY }

test.describe('without the model', () => {
  test('visitors who save data get words, and the model when they ask for it', async ({ page }) => {
    await page.addInitScript(() =>
      Object.defineProperty(navigator, 'connection', { value: { saveData: true }, configurable: true }),
    )
    const server = await startServer()
    await openElement(page, model, server.origin)
    await page.keyboard.press('/')
    await input(page).fill('flour')
    await expect(note(page)).toContainText('to save data')
    await page.waitForTimeout(400)
    expect(server.requests.filter(({ path }) => path.startsWith('/models/'))).toEqual([])
    await page.getByRole('button', { name: 'Rank by meaning' }).click()
    await expect(note(page)).toHaveText(ranked)
    await server.close()
  })

  test('`load="manual"` waits for loadModel', async ({ page }) => {
    await openElement(page, { ...model, load: 'manual' })
    await page.keyboard.press('/')
    await input(page).fill('flour')
    await expect(note(page)).toContainText('Ordered by words')
    await page.waitForTimeout(300)
    expect(await told(page, 'model')).toEqual([])
    await page.evaluate(() => window.element.loadModel())
    await expect(note(page)).toHaveText(ranked)
    expect((await told(page, 'model')).map(({ phase }) => phase)).toEqual(['loading', 'ready'])
  })

  test('the language of the page chooses among `models`; an empty name leaves words alone', async ({ page }) => {
    const models = JSON.stringify({ de: TINY, th: '' })
    await openElement(page, { model: '/models/none/', models, language: 'de-AT' })
    await page.keyboard.press('/')
    await input(page).fill('flour')
    await expect(note(page)).toHaveText(ranked)

    await openElement(page, { ...model, models, language: 'th' })
    await page.keyboard.press('/')
    await input(page).fill('flour')
    await expect(results(page).first()).toBeVisible()
    await page.waitForTimeout(300)
    expect(await told(page, 'model')).toEqual([])
  })

  test('a model that cannot be loaded leaves words and a quiet note', async ({ page }) => {
    await openElement(page, { model: '/models/none/' })
    await page.keyboard.press('/')
    await input(page).fill('flour')
    await expect(note(page)).toContainText('the model could not be loaded')
    await expect(results(page).first()).toBeVisible()
    await input(page).fill('steam')
    await expect(results(page)).toHaveCount(1)
    expect((await told(page, 'model')).at(-1)).toMatchObject({ phase: 'failed' })
    const code = await page.evaluate(
      () => (window.events.findLast(({ name }) => name === 'model')!.detail.error as { code: string }).code,
    )
    expect(code).toBe('model-not-found')
  })

  test('an index that cannot be reached says so, and is tried again', async ({ page }) => {
    await openElement(page, { fail: '' })
    await page.keyboard.press('/')
    await input(page).fill('flour')
    await expect(page.locator('mvp-search .message')).toContainText('could not be opened')
    await expect(status(page)).toContainText('could not be opened')
    expect((await told(page, 'error')).length).toBeGreaterThan(0)
    await page.evaluate(() => {
      window.searchState.fail = false
    })
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect(results(page).first()).toBeVisible()
  })

  test('a slow index never shows an answer to an older query', async ({ page }) => {
    await openElement(page, { delay: '300' })
    await page.keyboard.press('/')
    await input(page).pressSequentially('steam', { delay: 60 })
    await expect(results(page)).toHaveCount(1)
    await input(page).fill('rancid')
    await expect(results(page).first()).toContainText('Storing flour')
    await page.waitForTimeout(700)
    await expect(results(page)).toHaveCount(1)
    await expect(results(page).first()).toContainText('Storing flour')
  })

  test('an element that is moved goes on, and one that is taken away ends its workers', async ({ page }) => {
    await openElement(page, { ...model, inline: '' })
    await input(page).fill('flour')
    await expect(note(page)).toHaveText(ranked)
    await page.evaluate(() => document.querySelector('main')!.prepend(window.element))
    await input(page).fill('flour water')
    await expect(note(page)).toHaveText(ranked)
    expect(page.workers().length).toBeGreaterThan(0)
    await page.evaluate(() => window.element.remove())
    await expect.poll(() => page.workers().length).toBe(0)
  })

  test('an element that comes back to the page searches again for what its input holds', async ({ page }) => {
    await openElement(page, { inline: '' })
    await input(page).fill('rancid')
    await expect(results(page)).toHaveCount(1)
    await page.evaluate(() => window.element.remove())
    await page.waitForTimeout(100)
    await page.evaluate(() => document.querySelector('main')!.prepend(window.element))
    await expect(input(page)).toHaveValue('rancid')
    const searches = () => page.evaluate(() => window.searchState.queries.filter(query => query === 'rancid').length)
    await expect.poll(searches).toBe(2)
    await expect(results(page)).toHaveCount(1)
  })
})
