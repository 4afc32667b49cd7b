import { startServer } from '../support/server.js'
import { test } from '../support/test.js'
test('debug', async ({ page }) => {
  test.setTimeout(9 * 60_000)
  const server = await startServer()
  page.on('console', m => console.log('console', m.text().slice(0, 300)))
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.goto(`${server.origin}/bench/`)
  await page.getByRole('button', { name: 'Compare with transformers.js' }).click()
  await page.waitForTimeout(1500)
  for (const scheme of ['light', 'dark'] as const) for (const w of [1440, 1024, 390]) {
    await page.emulateMedia({ colorScheme: scheme }); await page.setViewportSize({ width: w, height: 900 })
    await page.locator('#peer-agree').scrollIntoViewIfNeeded()
    await page.screenshot({ path: `/tmp/h-demo/shots/consent-${w}-${scheme}.png` })
  }
  await page.getByRole('button', { name: 'Download and compare' }).click()
  for (let i = 0; i < 150; i++) {
    await page.waitForTimeout(3000)
    const x = await page.locator('#peer-run').textContent()
    if (i % 5 === 0) console.log(x, await page.locator('#peer-failure').textContent(), await page.locator('#peer-rows').textContent())
    if (/times as long/.test(x ?? '') || (await page.locator('#peer-failure').textContent())) break
  }
  console.log(await page.locator('#peer-run').textContent(), await page.locator('#peer-failure').textContent(), await page.locator('#peer-rows').innerText())
  for (const scheme of ['light', 'dark'] as const) for (const w of [1440, 1024, 390]) {
    await page.emulateMedia({ colorScheme: scheme }); await page.setViewportSize({ width: w, height: 900 })
    await page.locator('#peer-table').scrollIntoViewIfNeeded()
    await page.screenshot({ path: `/tmp/h-demo/shots/compared-${w}-${scheme}.png` })
  }
})
