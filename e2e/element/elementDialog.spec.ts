import type { Page } from 'playwright/test'
import {
  dialogIsOpen,
  focused,
  input,
  note,
  openElement,
  question,
  ranked,
  results,
  TINY,
  told,
} from '../support/element.js'
import { startServer } from '../support/server.js'
import { expect as expectSoon, test } from '../support/test.js'

const expect = expectSoon.configure({ timeout: 30_000 })

const model = { model: TINY }

test.describe('button and dialog', () => {
  test('nothing but the element itself is loaded before it is used', async ({ page }) => {
    const server = await startServer()
    await openElement(page, { ...model, src: '/none/' }, server.origin)
    await page.waitForTimeout(500)
    const asked = server.requests.map(({ path }) => path).filter(path => !path.startsWith('/element/'))
    expect(asked.filter(path => path !== '/none.svg')).toEqual(['/dist/search.js'])
    await page.getByRole('button', { name: 'Search' }).click()
    await expect.poll(() => server.requests.map(({ path }) => path)).toContain('/dist/index.js')
    await expect.poll(() => server.requests.map(({ path }) => path)).toContain('/dist/kernels.worker.js')
    await server.close()
  })

  for (const [name, press] of Object.entries({
    'Ctrl K': (page: Page) => page.keyboard.press('Control+k'),
    '⌘ K': (page: Page) => page.keyboard.press('Meta+k'),
    '/': (page: Page) => page.keyboard.press('/'),
    'the button': (page: Page) => page.getByRole('button', { name: 'Search' }).press('Enter'),
  })) {
    test(`${name} opens the dialog, Escape closes it, and the focus returns`, async ({ page }) => {
      await openElement(page)
      if (name !== 'the button') await page.locator('#before').focus()
      await press(page)
      await expect(input(page)).toBeFocused()
      await page.keyboard.press('Escape')
      await expect.poll(() => dialogIsOpen(page)).toBe(false)
      expect(await focused(page)).toBe(name === 'the button' ? 'search: button' : 'before')
      // The browser fires a dialog's `close` a task later.
      const counts = async () => [await told(page, 'open'), await told(page, 'close')].map(events => events.length)
      await expect.poll(counts).toEqual([1, 1])
    })
  }

  test('`/` in a field of the page is typed, and with no-shortcuts nothing opens', async ({ page }) => {
    await openElement(page)
    await page.locator('#field').press('/')
    expect(await dialogIsOpen(page)).toBe(false)
    await expect(page.locator('#field')).toHaveValue('/')
    await openElement(page, { 'no-shortcuts': '' })
    await page.keyboard.press('Control+k')
    await page.keyboard.press('/')
    expect(await dialogIsOpen(page)).toBe(false)
  })

  test('the focus stays in the dialog', async ({ page }) => {
    await openElement(page)
    await page.keyboard.press('/')
    await input(page).fill(question)
    await expect(results(page).first()).toBeVisible()
    const places = new Set<string | undefined>()
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab')
      places.add(await focused(page))
    }
    // BODY stands for the browser's own controls, which a dialog leaves within reach.
    expect([...places].filter(place => place !== 'BODY' && !place?.startsWith('search: '))).toEqual([])
    expect([...places]).toEqual(expect.arrayContaining(['search: clear', 'search: close', 'search: filter']))
    await page.keyboard.press('Escape')
  })

  test('a click beside the dialog closes it', async ({ page }) => {
    await openElement(page)
    await page.keyboard.press('/')
    await expect(input(page)).toBeFocused()
    await page.mouse.click(5, 300)
    await expect.poll(() => dialogIsOpen(page)).toBe(false)
  })
})

test.describe('the empty dialog', () => {
  const examples = 'why does dough rise|How is bread kept fresh?'
  const offered = (page: Page) => page.locator('mvp-search [part=query]')

  test('offers the page’s examples by key and pointer, until there are recent searches', async ({ page }) => {
    await openElement(page, { ...model, examples })
    await page.keyboard.press('/')
    await expect(page.getByRole('grid', { name: 'Examples' })).toBeVisible()
    await expect(offered(page)).toHaveText(examples.split('|'))
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect(input(page)).toHaveValue('why does dough rise')
    await expect(note(page)).toHaveText(ranked)
    await input(page).fill('')
    await offered(page).nth(1).click()
    await expect(input(page)).toHaveValue('How is bread kept fresh?')
    await page.evaluate(() => localStorage.setItem('mvp-search:recent:', JSON.stringify(['steam'])))
    await input(page).fill('')
    await expect(offered(page)).toHaveText(['steam'])
    await page.getByRole('button', { name: 'Clear all' }).click()
    await expect(offered(page)).toHaveText(examples.split('|'))
    await expect(page.getByRole('button', { name: 'Clear all' })).toBeHidden()
  })

  test('says that what is typed stays here, and the state of the model', async ({ page }) => {
    let release = () => {}
    const held = new Promise<void>(resolve => {
      release = resolve
    })
    await page.route('**/weights.safetensors', async route => {
      await held
      await route.continue()
    })
    await openElement(page, model)
    await page.keyboard.press('/')
    await expect(note(page)).toContainText('What you type stays on this device · model is loading')
    release()
    await expect(note(page)).toHaveText('What you type stays on this device · model is ready')
    await input(page).fill('flour')
    await expect(note(page)).toHaveText(ranked)
  })

  test('promises nothing where the page’s address shows the query, and offers a model that waits', async ({ page }) => {
    await openElement(page, { ...model, param: 'q', load: 'manual' })
    await page.keyboard.press('/')
    await expect(note(page)).toHaveText('Rank by meaning')
    await page.getByRole('button', { name: 'Rank by meaning' }).click()
    await expect(note(page)).toHaveText('model is ready')
  })
})
