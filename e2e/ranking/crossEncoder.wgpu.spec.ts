import { expectLogits, passages, query, rankInPage } from '../support/crossEncoder.js'
import { openLibrary } from '../support/page.js'
import { expect, test } from '../support/test.js'

test("a converted cross-encoder gives the original's logits on WebGPU", async ({ page }) => {
  await openLibrary(page)
  const list = { device: 'webgpu' as const, query, passages }
  const exact = await page.evaluate(rankInPage, {
    ...list,
    model: '/models/cross-encoder-fp32/',
    precision: 'fp32' as const,
  })
  expect(exact).toMatchObject({ scoring: 'pointwise', on: 'webgpu', precision: 'fp32' })
  expectLogits(exact.found, 1e-4)
  const quantized = await page.evaluate(rankInPage, { ...list, model: '/models/cross-encoder-q8/' })
  expectLogits(quantized.found, quantized.verdict.tolerance)
})
