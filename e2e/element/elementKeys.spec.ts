import {
  dialogIsOpen,
  holdRankings,
  input,
  openElement,
  openWith,
  question,
  results,
  titles,
  told,
} from '../support/element.js'
import { expect as expectSoon, test } from '../support/test.js'

const expect = expectSoon.configure({ timeout: 30_000 })

test('the Enter that ends a composition follows no result', async ({ page }) => {
  await openWith(page, question)
  /** @returns whether the key was left to the browser */
  const press = (init: { isComposing?: boolean; keyCode?: number }) =>
    input(page).evaluate((field: HTMLElement, init) => {
      const event = { key: 'Enter', bubbles: true, composed: true, cancelable: true, ...init }
      return field.dispatchEvent(new KeyboardEvent('keydown', event))
    }, init)
  // Chromium and Firefox say that they compose. Safari has ended the composition by then.
  expect(await press({ isComposing: true })).toBe(true)
  expect(await press({ keyCode: 229 })).toBe(true)
  expect(await told(page, 'mvp-search-result')).toEqual([])
  await expect(results(page).first()).toBeVisible()
  // A key of one's own does.
  expect(await press({ keyCode: 13 })).toBe(false)
})

test('a keydown without a key, as autofill sends it, is no error and opens nothing', async ({ page }) => {
  const errors: string[] = []
  page.on('pageerror', ({ message }) => errors.push(message))
  await openElement(page)
  const autofill = () => document.body.dispatchEvent(new Event('keydown', { bubbles: true, composed: true }))
  await page.evaluate(autofill)
  expect(await dialogIsOpen(page)).toBe(false)
  await page.keyboard.press('/')
  await input(page).evaluate(field => field.dispatchEvent(new Event('keydown', { bubbles: true, composed: true })))
  expect(errors).toEqual([])
})

test('a pointer that was parked where the list appears pins nothing', async ({ page }) => {
  const order = async (parked: boolean) => {
    await openElement(page)
    await holdRankings(page)
    await page.keyboard.press('/')
    if (parked) {
      await input(page).fill('flour and water')
      const { x, y } = (await results(page).first().boundingBox())!
      await input(page).fill('')
      await page.mouse.move(x + 200, y + 20)
    } else await page.mouse.move(1, 1)
    await input(page).fill('flour and water')
    await expect(results(page).first()).toBeVisible()
    const byWords = await titles(page)
    await page.evaluate(() => window.release())
    await expect.poll(() => titles(page)).not.toEqual(byWords)
    await page.waitForTimeout(600)
    return titles(page)
  }
  const free = await order(false)
  expect(await order(true)).toEqual(free)
})
