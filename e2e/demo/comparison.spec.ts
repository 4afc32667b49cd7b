import { consoleErrors } from '../support/consoleErrors.js'
import { startServer } from '../support/server.js'
import { expect as expectSoon, test } from '../support/test.js'

const expect = expectSoon.configure({ timeout: 60_000 })

/** A model of random weights, in the shape of the shipped one's family. */
const tiny = 'model=/models/bert-relu-q8/'

test('the bench page compares with transformers.js once the visitor agrees, and loads nothing of it before', async ({
  page,
}) => {
  test.setTimeout(4 * 60_000)
  const errors = consoleErrors(page)
  const server = await startServer()
  const asked = () => server.requests.map(({ path }) => path).filter(path => /peer\.worker|asyncify\.wasm/.test(path))
  await page.goto(`${server.origin}/bench/#${tiny}`)
  const start = page.getByRole('button', { name: 'Compare with transformers.js' })
  await expect(start).toBeEnabled()
  expect(asked()).toEqual([])
  await start.click()
  await expect(page.locator('#peer-sizes')).toContainText(/transformers\.js \([\d.]+ MB\).*onnxruntime \([\d.]+ MB\)/)
  await page.getByRole('button', { name: 'Not now' }).click()
  await expect(page.locator('#peer-consent')).toBeHidden()
  await expect(start).toBeFocused()
  expect(server.requests.filter(({ sent, path }) => sent > 0 && /peer\.worker|asyncify\.wasm/.test(path))).toEqual([])
  await start.click()
  await page.getByRole('button', { name: 'Download and compare' }).click()
  const rows = page.locator('#peer-rows > tr')
  await expect(rows).toHaveCount(3, { timeout: 120_000 })
  await expect(page.locator('#peer-run')).toContainText(/transformers\.js takes [\d.]+ times as long/, {
    timeout: 120_000,
  })
  for (const row of await rows.all()) {
    expect(Number(await row.locator('td').first().textContent())).toBeGreaterThan(0)
  }
  expect(errors).toEqual([])
  await server.close()
})
