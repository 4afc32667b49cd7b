import { expect, test } from '../support/test.js'

test('the dev server runs the demo from its sources', async ({ page, devOrigin }) => {
  await page.goto(devOrigin)
  await expect(page.locator('#engine')).toHaveAttribute('data-phase', 'ready', { timeout: 90_000 })
})
