import { axeViolations } from '../support/axe.js'
import { consoleErrors } from '../support/consoleErrors.js'
import { startServer } from '../support/server.js'
import { expect as expectSoon, test } from '../support/test.js'

const expect = expectSoon.configure({ timeout: 60_000 })

/** A model of random weights, in the shape of the shipped one's family. */
const tiny = 'model=/models/bert-relu-q8/'

const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'"
const TRUSTED = "require-trusted-types-for 'script'; trusted-types mvp-rerank lit-html"

test('the bench page compares with transformers.js once the visitor agrees, and loads nothing of it before', async ({
  page,
}) => {
  test.setTimeout(4 * 60_000)
  const errors = consoleErrors(page)
  const server = await startServer({
    headers: path => ({ 'Content-Security-Policy': path.endsWith('/') ? `${POLICY}; ${TRUSTED}` : POLICY }),
  })
  const asked = () => server.requests.map(({ path }) => path).filter(path => /peer\.worker|asyncify\.wasm/.test(path))
  await page.goto(`${server.origin}/bench/#${tiny}`)
  const start = page.getByRole('button', { name: 'Compare with transformers.js' })
  await expect(start).toBeEnabled()
  expect(asked()).toEqual([])
  await start.click()
  await expect(page.locator('#peer-sizes')).toContainText(/transformers\.js \([\d.]+ MB\).*onnxruntime \([\d.]+ MB\)/)
  await page.waitForTimeout(300)
  expect(errors).toEqual([])
  await page.getByRole('button', { name: 'Not now' }).click()
  await expect(page.locator('#peer-consent')).toBeHidden()
  await expect(start).toBeFocused()
  expect(server.requests.filter(({ sent, path }) => sent > 0 && /peer\.worker|asyncify\.wasm/.test(path))).toEqual([])
  await start.click()
  await page.getByRole('button', { name: 'Download and compare' }).click()
  const rows = page.locator('#peer-rows > tr')
  await expect(rows).toHaveCount(3, { timeout: 120_000 })
  await expect(page.locator('#peer-outcome')).toContainText(/transformers\.js takes [\d.]+ times as long/, {
    timeout: 120_000,
  })
  for (const row of await rows.all()) {
    const rate = await row.locator('td').first().textContent()
    expect(Number(rate?.replaceAll(',', ''))).toBeGreaterThan(0)
  }
  expect(errors).toEqual([])
  await server.close()
})

test('the question and the answer are accessible, and a phone has room for them', async ({ page }) => {
  test.setTimeout(4 * 60_000)
  await page.setViewportSize({ width: 360, height: 780 })
  await page.goto(`/bench/#${tiny}`)
  await page.getByRole('button', { name: 'Compare with transformers.js' }).click()
  await expect(page.getByRole('button', { name: 'Download and compare' })).toBeFocused()
  await page.waitForTimeout(300)
  expect(await axeViolations(page)).toEqual([])
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Stop' })).toBeFocused()
  await expect(page.locator('#peer-rows > tr')).toHaveCount(3, { timeout: 120_000 })
  await page.getByRole('button', { name: 'Stop' }).click()
  await expect(page.locator('#peer-run')).toContainText('Stopped')
  await expect(page.getByRole('button', { name: 'Compare with transformers.js' })).toBeVisible()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.waitForTimeout(300)
    expect(await axeViolations(page)).toEqual([])
  }
  const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement)
  expect(scrollWidth).toBe(clientWidth)
})
