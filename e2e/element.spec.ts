import type { Page } from 'playwright/test'
import { holdRankings, input, note, openElement, ranked, results, status, TINY, titles, told } from './element.js'
import { startServer } from './server.js'
import { expect as expectSoon, test } from './test.js'

const expect = expectSoon.configure({ timeout: 30_000 })

const model = { model: TINY }
const question = 'why does dough rise'

const dialogIsOpen = (page: Page) =>
  page.evaluate(() => window.element.shadowRoot!.querySelector('dialog')?.open ?? false)
const focused = (page: Page) =>
  page.evaluate(() => {
    const { activeElement } = document
    return activeElement === window.element
      ? `search: ${window.element.shadowRoot!.activeElement?.getAttribute('part') ?? window.element.shadowRoot!.activeElement?.tagName}`
      : activeElement?.id || activeElement?.tagName
  })

test.describe('button and dialog', () => {
  test('nothing but the element itself is loaded before it is used', async ({ page }) => {
    const server = await startServer()
    await openElement(page, { ...model, src: '/none/' }, server.origin)
    await page.waitForTimeout(500)
    const asked = server.requests.map(({ path }) => path).filter(path => !path.startsWith('/element/'))
    expect(asked.filter(path => path !== '/none.svg')).toEqual(['/dist/search.js'])
    await page.getByRole('button', { name: 'Search' }).click()
    await expect.poll(() => server.requests.map(({ path }) => path)).toContain('/dist/index.js')
    await expect.poll(() => server.requests.map(({ path }) => path)).toContain('/dist/rerank.worker.js')
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
      // The browser tells of a dialog's end a task later.
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

test.describe('results', () => {
  test('words answer at once, the model sharpens their order, and the page is told of both', async ({ page }) => {
    await openElement(page, model)
    await page.keyboard.press('/')
    await input(page).pressSequentially(question, { delay: 20 })
    await expect(note(page)).toHaveText(ranked)
    const [byWords] = (await told(page, 'results')).filter(({ query, ranked }) => query === question && !ranked)
    const [byModel] = (await told(page, 'results')).filter(({ query, ranked }) => query === question && ranked)
    expect(byWords).toMatchObject({ total: byModel!.total })
    await expect(page.locator('mvp-search .sentence').first()).toBeVisible()
    const shown = await titles(page)
    await page.waitForTimeout(600)
    expect(await titles(page)).toEqual(shown)
  })

  test('a filter narrows the results and stays when the query changes', async ({ page }) => {
    await openElement(page)
    await page.keyboard.press('/')
    await input(page).fill('flour')
    const all = await results(page).count()
    await page.getByRole('combobox', { name: 'Part' }).selectOption('Flour')
    await expect(results(page)).toHaveCount(2)
    expect(all).toBeGreaterThan(2)
    await input(page).fill('water flour')
    await expect(results(page)).toHaveCount(2)
    await page.getByRole('combobox', { name: 'Part' }).selectOption('')
    await expect.poll(() => results(page).count()).toBeGreaterThan(2)
  })

  test('nothing found offers suggestions, by keyboard too', async ({ page }) => {
    await openElement(page)
    await page.keyboard.press('/')
    await input(page).fill('braed')
    await expect(page.locator('mvp-search .message')).toContainText('Nothing found for “braed”')
    await expect(status(page)).toContainText('Did you mean bread, feed a starter?')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect(input(page)).toHaveValue('feed a starter')
    await expect(results(page).first()).toContainText('Feeding a starter')
  })

  test('a result is followed by Enter and by a click, is told of, and can be kept by the page', async ({ page }) => {
    await openElement(page)
    await page.keyboard.press('/')
    await input(page).fill('rancid')
    await expect(results(page)).toHaveCount(1)
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/section=11#storing-flour$/)
    // The next page's element, which the key is for.
    await expect(page.getByRole('button', { name: 'Search' })).toBeVisible()
    await page.evaluate(() => document.addEventListener('mvp-search-select', event => event.preventDefault()))
    await page.keyboard.press('/')
    await input(page).fill('steam')
    await page.locator('mvp-search a').first().click()
    const [select] = await told(page, 'select')
    expect(select).toMatchObject({
      query: 'steam',
      place: 0,
      ranked: false,
      result: { path: ['Bread', 'Baking', 'Steam'] },
    })
    expect(page.url()).not.toContain('section=7')
  })
})

test.describe('an order holds still', () => {
  test('once the list is walked through; the better one is offered and taken', async ({ page }) => {
    await openElement(page)
    await holdRankings(page)
    await page.keyboard.press('/')
    await input(page).fill('flour and water')
    await expect(results(page).first()).toBeVisible()
    const byWords = await titles(page)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.evaluate(() => window.release())
    await expect(page.getByRole('button', { name: 'Show it' })).toBeVisible()
    expect(await titles(page)).toEqual(byWords)
    await expect(status(page)).toContainText('A better order is ready')
    await page.getByRole('button', { name: 'Show it' }).click()
    await expect.poll(() => titles(page)).not.toEqual(byWords)
    expect((await titles(page)).sort()).toEqual([...byWords].sort())
    await expect(page.getByRole('button', { name: 'Show it' })).toBeHidden()
  })

  test('a row under a resting pointer keeps its place while others move', async ({ page }) => {
    await openElement(page)
    await holdRankings(page)
    await page.keyboard.press('/')
    await input(page).fill('flour and water')
    const third = results(page).nth(2)
    await expect(third).toBeVisible()
    // The pointer is there before the list is, as when a dialog opens below it.
    const box = (await third.boundingBox())!
    await input(page).fill('')
    await page.mouse.move(box.x + 200, box.y + 20)
    await input(page).fill('flour and water')
    await expect(third).toBeVisible()
    const byWords = await titles(page)
    await page.evaluate(() => window.release())
    await expect.poll(() => titles(page)).not.toEqual(byWords)
    await page.waitForTimeout(600)
    const now = await titles(page)
    expect(now[2]).toBe(byWords[2])
    expect((await third.boundingBox())!.y).toBeCloseTo(box.y, 0)
  })

  test('a pointer that moves over the list stops it', async ({ page }) => {
    await openElement(page)
    await holdRankings(page)
    await page.keyboard.press('/')
    await input(page).fill('flour and water')
    const first = (await results(page).first().boundingBox())!
    await page.mouse.move(first.x + 20, first.y + 20)
    await page.mouse.move(first.x + 30, first.y + 30)
    const byWords = await titles(page)
    await page.evaluate(() => window.release())
    await expect(page.getByRole('button', { name: 'Show it' })).toBeVisible()
    expect(await titles(page)).toEqual(byWords)
  })

  test('rows glide, and with reduced motion they do not', async ({ page }) => {
    for (const reducedMotion of ['no-preference', 'reduce'] as const) {
      await page.emulateMedia({ reducedMotion })
      await openElement(page)
      await holdRankings(page)
      await page.keyboard.press('/')
      await input(page).fill('flour and water')
      await expect(results(page).first()).toBeVisible()
      await page.evaluate(() => {
        const { animate } = Element.prototype
        Object.assign(window, { glides: 0 })
        Element.prototype.animate = function (...args) {
          ;(window as unknown as { glides: number }).glides++
          return animate.apply(this, args)
        }
        window.release()
      })
      await expect(note(page)).toHaveText(ranked)
      const glides = await page.evaluate(() => (window as unknown as { glides: number }).glides)
      if (reducedMotion === 'reduce') expect(glides).toBe(0)
      else expect(glides).toBeGreaterThan(1)
    }
  })
})

test.describe('the keyboard', () => {
  test('walks in a ring, opens an explanation and closes it, and the caret stays the input’s', async ({ page }) => {
    await openElement(page, model)
    await page.keyboard.press('/')
    await input(page).fill('chlorinated')
    await expect(note(page)).toHaveText(ranked)
    await expect(results(page)).toHaveCount(1)
    await expect(input(page)).toHaveAttribute('aria-expanded', 'true')
    await page.keyboard.press('ArrowDown')
    await expect(input(page)).toHaveAttribute('aria-activedescendant', 'result-13-0')
    await page.keyboard.press('ArrowRight')
    await expect(input(page)).toHaveAttribute('aria-activedescendant', 'result-13-1')
    await page.keyboard.press('Enter')
    const why = page.locator('mvp-search .why')
    await expect(why).toContainText('“chlorinated”')
    await expect(why).toContainText('1st of 1')
    await expect(why.locator('.bar')).toHaveCount(5)
    await page.keyboard.press('Enter')
    await expect(why).toHaveCount(0)
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowUp')
    await expect(input(page)).not.toHaveAttribute('aria-activedescendant')
    await page.keyboard.press('ArrowUp')
    await expect(input(page)).toHaveAttribute('aria-activedescendant', 'result-13-0')
    await page.keyboard.press('ArrowLeft')
    await expect(input(page)).not.toHaveAttribute('aria-activedescendant')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.type('!')
    await expect(input(page)).toHaveValue('chlorinat!ed')
  })

  test('Ctrl Enter opens another tab and leaves the dialog', async ({ page, context }) => {
    await openElement(page)
    await page.keyboard.press('/')
    await input(page).fill('rancid')
    await expect(results(page)).toHaveCount(1)
    const opened = context.waitForEvent('page')
    await page.keyboard.press('Control+Enter')
    expect((await opened).url()).toContain('section=11')
    expect(await dialogIsOpen(page)).toBe(true)
  })
})

test.describe('recent searches and addresses', () => {
  test('a search that led somewhere is kept, offered, forgotten and cleared', async ({ page }) => {
    await openElement(page)
    for (const query of ['steam', 'rancid']) {
      await page.keyboard.press('/')
      await input(page).fill(query)
      await expect(results(page)).toHaveCount(1)
      await page.keyboard.press('Enter')
      await page.waitForURL(/section=/)
      await openElement(page)
    }
    await page.keyboard.press('/')
    const recent = page.locator('mvp-search [part=query]')
    await expect(recent).toHaveText(['rancid', 'steam'])
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await expect(recent).toHaveText(['steam'])
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect(input(page)).toHaveValue('steam')
    await page.keyboard.press('Control+a')
    await page.keyboard.press('Delete')
    await page.getByRole('button', { name: 'Clear all' }).click()
    await expect(recent).toHaveCount(0)
    expect(await page.evaluate(() => Object.keys(localStorage).filter(key => key.startsWith('mvp-search')))).toEqual([])
  })

  test('a deep link searches at once, and the address follows the query', async ({ page }) => {
    await openElement(page, { q: 'rancid' })
    await expect(input(page)).toHaveValue('rancid')
    await expect(results(page)).toHaveCount(1)
    await input(page).fill('steam')
    await expect(page).toHaveURL(/[?&]q=steam/)
    await page.keyboard.press('Escape')
    await expect(page).not.toHaveURL(/[?&]q=/)
  })

  test('inline, Escape empties the field, and the address is read too', async ({ page }) => {
    await openElement(page, { q: 'rancid', inline: '' })
    await expect(results(page)).toHaveCount(1)
    await input(page).press('Escape')
    await expect(input(page)).toHaveValue('')
    await expect(results(page)).toHaveCount(0)
  })
})

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
})

test('German is spoken where the page is German, and other languages can be added', async ({ page }) => {
  await openElement(page, { lang: 'de-AT' })
  await page.getByRole('button', { name: 'Suche' }).click()
  await input(page).fill('steam')
  await page.getByRole('button', { name: 'Warum dieser Treffer? Steam' }).click()
  await expect(page.locator('mvp-search .why')).toContainText('Nach Wörtern allein stünde er auf Platz 1.')
  await page.evaluate(async () => {
    const url = '/dist/search.js'
    const { addLanguage } = await import(url)
    addLanguage('fr', { search: 'Recherche' })
  })
  await page.evaluate(() => {
    window.element.close()
    document.documentElement.lang = 'fr'
    window.element.strings = { placeholder: 'Des mots' }
  })
  await page.getByRole('button', { name: 'Recherche' }).click()
  await expect(input(page)).toHaveAttribute('placeholder', 'Des mots')
})

test('takes the colours of a page, whatever the page calls them', async ({ page }) => {
  await openElement(page, {})
  // The page's policy allows no styles; those that a script sets are not asked about.
  await page.evaluate(() => {
    const names = ['accent', 'text', 'muted', 'background', 'surface', 'border', 'control', 'sentence', 'danger']
    for (const name of names) {
      document.documentElement.style.setProperty(`--${name}`, 'rgb(1, 2, 3)')
      window.element.style.setProperty(`--mvp-search-${name}`, `var(--${name})`)
    }
  })
  await page.keyboard.press('/')
  await input(page).fill(question)
  await expect(page.locator('mvp-search .title').first()).toHaveCSS('color', 'rgb(1, 2, 3)')
  await expect(page.locator('mvp-search dialog')).toHaveCSS('background-color', 'rgb(1, 2, 3)')
})
