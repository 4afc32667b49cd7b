import { expect, test } from './test.js'

test('the dev server runs the demo from its sources', async ({ page, devOrigin }) => {
  await page.goto(devOrigin)
  await expect(page.getByText(/^Ready: WASM/)).toBeVisible({ timeout: 90_000 })
})
