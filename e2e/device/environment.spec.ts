import { withFaults } from '../support/faults.js'
import { expect, test } from '../support/test.js'

test('a page is cross-origin isolated, and without its headers it is not', async ({ page }) => {
  await page.goto('/blank.html')
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
  await page.goto(withFaults('/blank.html', { bare: true }))
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false)
})

test('the browser without the flag stands for a machine without a GPU', async ({ page }) => {
  await page.goto('/blank.html')
  expect(await page.evaluate(async () => (await navigator.gpu?.requestAdapter()) ?? null)).toBeNull()
})

test('the test server breaks answers as asked', async ({ request }) => {
  const whole = await (await request.get('/blank.html')).body()
  const flipped = await (await request.get(withFaults('/blank.html', { flip: 10 }))).body()
  expect(flipped[10]).toBe(whole[10]! ^ 1)
  const range = await request.get('/blank.html', { headers: { Range: 'bytes=5-9' } })
  expect([range.status(), (await range.body()).equals(whole.subarray(5, 10))]).toEqual([206, true])
  const ignored = await request.get(withFaults('/blank.html', { norange: true }), { headers: { Range: 'bytes=5-9' } })
  expect([ignored.status(), (await ignored.body()).equals(whole)]).toEqual([200, true])
  expect((await request.get(withFaults('/blank.html', { status: 503 }))).status()).toBe(503)
  expect((await request.get(withFaults('/blank.html', { status: 503, only: 'weights' }))).status()).toBe(200)
  await expect(request.get(withFaults('/blank.html', { cut: 20 }))).rejects.toThrow()
})
