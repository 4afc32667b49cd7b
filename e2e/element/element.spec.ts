import {
  dialogIsOpen,
  input,
  note,
  openElement,
  question,
  ranked,
  results,
  status,
  TINY,
  titles,
  told,
} from '../support/element.js'
import { expect as expectSoon, test } from '../support/test.js'

const expect = expectSoon.configure({ timeout: 30_000 })

const model = { model: TINY }

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
    // The key below is for the next page's element.
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
    await expect(why.locator('p').first()).toContainText('put it 1st of 1')
    await expect(why.locator('.bar')).toHaveCount(5)
    // The figures are folded until somebody asks for them.
    await expect(why.locator('.bar').first()).toBeHidden()
    await why.getByText('The figures').press('Enter')
    await expect(why.locator('.bar').first()).toBeVisible()
    await input(page).focus()
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
    await openElement(page, { param: 'q', q: 'rancid' })
    await expect(input(page)).toHaveValue('rancid')
    await expect(results(page)).toHaveCount(1)
    await input(page).fill('steam')
    await expect(page).toHaveURL(/[?&]q=steam/)
    await page.keyboard.press('Escape')
    await expect(page).not.toHaveURL(/[?&]q=/)
  })

  test('without `param` the address is neither read nor written', async ({ page }) => {
    await openElement(page, { q: 'rancid' })
    const address = page.url()
    expect(await dialogIsOpen(page)).toBe(false)
    await page.keyboard.press('/')
    await expect(input(page)).toHaveValue('')
    await input(page).fill('steam')
    await expect(results(page)).toHaveCount(1)
    await page.waitForTimeout(700)
    expect(page.url()).toBe(address)
  })

  test('inline, Escape empties the field, and the address is read too', async ({ page }) => {
    await openElement(page, { param: 'q', q: 'rancid', inline: '' })
    await expect(results(page)).toHaveCount(1)
    await input(page).press('Escape')
    await expect(input(page)).toHaveValue('')
    await expect(results(page)).toHaveCount(0)
  })
})

test('German is spoken where the page is German, and other languages can be added', async ({ page }) => {
  await openElement(page, { lang: 'de-AT' })
  await page.getByRole('button', { name: 'Suche' }).click()
  await input(page).fill('steam')
  await page.getByRole('button', { name: 'Warum dieser Treffer? Steam' }).click()
  await expect(page.locator('mvp-search .why')).toContainText('In der Liste „Wörter“ steht er auf Platz 1.')
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
  // The page's policy forbids inline styles, but a script may set them.
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
