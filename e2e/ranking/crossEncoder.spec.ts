import { expectLogits, passages, query, rankInPage } from '../support/crossEncoder.js'
import { openLibrary } from '../support/page.js'
import { expect, test } from '../support/test.js'

test("a converted cross-encoder gives the original's logits on WASM, and says what it cannot do", async ({ page }) => {
  await openLibrary(page)
  const list = { device: 'wasm' as const, query, passages }
  const exact = await page.evaluate(rankInPage, { ...list, model: '/models/cross-encoder-fp32/' })
  expect(exact).toMatchObject({ scoring: 'pointwise', on: 'wasm', precision: 'fp32' })
  expect(exact.refused).toMatchObject({ code: 'unsupported', message: expect.stringContaining('pointwise') })
  expectLogits(exact.found, 1e-4)
  const quantized = await page.evaluate(rankInPage, { ...list, model: '/models/cross-encoder-q8/' })
  expect(quantized.precision).toBe('int8')
  expectLogits(quantized.found, quantized.verdict.tolerance)
})
