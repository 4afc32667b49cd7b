import { holdRankings, input, note, openElement, ranked, results, status, titles } from '../support/element.js'
import { expect as expectSoon, test } from '../support/test.js'

const expect = expectSoon.configure({ timeout: 30_000 })

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
