import type { Page } from 'playwright/test'
import { go, tiny } from '../support/pageStates.js'
import { expect as expectSoon, test } from '../support/test.js'

const expect = expectSoon.configure({ timeout: 60_000 })

const field = (page: Page) => page.getByRole('combobox', { name: 'Search' })
const typed = 'close the server'

test('the query is in the address after the #: no request has it; reload, links and the history go by it', async ({
  page,
}) => {
  const requests: string[] = []
  page.on('request', request =>
    requests.push(request.url() + JSON.stringify(request.headers()) + (request.postData() ?? '')),
  )
  await page.goto(`/#${tiny}`)
  await field(page).fill(typed)
  await expect(page).toHaveURL(/#.*q=close\+the\+server/)
  await page.reload()
  await expect(field(page)).toHaveValue(typed)
  await expect(page.locator('mvp-search [part~=row]').first()).toBeVisible()

  await field(page).fill('cookies')
  // At once, before the query is written by itself.
  await go(page, 'Device')
  await expect(page).toHaveURL(/page=device/)
  await page.goBack()
  await expect(field(page)).toHaveValue('cookies')
  await page.evaluate(() => {
    location.hash = `${location.hash.slice(1).replace('cookies', 'timeout')}`
  })
  await expect(field(page)).toHaveValue('timeout')
  await page.goBack()
  await expect(field(page)).toHaveValue('cookies')
  await page.goForward()
  await expect(field(page)).toHaveValue('timeout')
  await field(page).press('Escape')
  await expect(page).not.toHaveURL(/q=/)
  expect(page.url()).toContain('model=')
  for (const request of requests) expect(request).not.toMatch(/close[ +%20]*the|cookies|timeout/)
})

test('the skip link goes to the content and leaves the address as it is', async ({ page }) => {
  await page.goto(`/#${tiny}&page=passages`)
  const before = page.url()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(page.locator('main')).toBeFocused()
  expect(page.url()).toBe(before)
  await expect(page.locator('h1:visible')).toHaveText('Rank your own passages')
})

test('what was typed is kept where the footer says, and its button removes it', async ({ page }) => {
  await page.goto(`/#${tiny}`)
  const kept = () =>
    page.evaluate(() => [
      ...Object.entries(localStorage).filter(([name]) => name.startsWith('mvp-search')),
      ...Object.entries(sessionStorage).filter(([name]) => name.startsWith('mvp-rerank-text')),
    ])
  expect(await kept()).toEqual([])
  expect(await page.evaluate(() => document.querySelector('mvp-search')!.recent)).toBe(5)
  await expect(page.locator('footer')).toContainText('the last five searches that led to a result')

  await page.evaluate(() => document.addEventListener('mvp-search-select', event => event.preventDefault()))
  await field(page).fill(typed)
  await page.locator('mvp-search [part~=link]').first().click()
  await go(page, 'Passages')
  const example = await page.locator('#own-passages').inputValue()
  await page.locator('#own-passages').fill('My own one.\n\nMy other one.')
  await expect(page.locator('#own-run')).toContainText('2 ranked in')
  expect(await kept()).toEqual([
    ['mvp-search:recent:./search/', JSON.stringify([typed])],
    ['mvp-rerank-text-own-passages', 'My own one.\n\nMy other one.'],
  ])
  await page.reload()
  await expect(page.locator('#own-passages')).toHaveValue('My own one.\n\nMy other one.')

  await page.getByRole('button', { name: 'Clear all three' }).click()
  await expect(page.locator('#own-passages')).toHaveValue(example)
  await expect(page.locator('#own-run')).toContainText('6 ranked in')
  await expect(page.locator('#forget-done')).toContainText('Cleared')
  expect(await kept()).toEqual([])
  await expect(page).not.toHaveURL(/q=/)
  await go(page, 'Search')
  await expect(field(page)).toHaveValue('')
  await field(page).focus()
  await expect(page.locator('mvp-search [part=query]')).toHaveCount(0)
})
