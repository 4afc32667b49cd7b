import { askedOf, expectLogits, RANKED_CROSS_ENCODERS, rankInPage } from '../support/crossEncoder.js'
import { openLibrary } from '../support/page.js'
import { expect, test } from '../support/test.js'

for (const name of RANKED_CROSS_ENCODERS) {
  test(`${name} gives the original's logits on WASM, and says what it cannot do`, async ({ page }) => {
    await openLibrary(page)
    const { query, passages, scores } = askedOf(name)
    const list = { device: 'wasm' as const, query, passages }
    const exact = await page.evaluate(rankInPage, { ...list, model: `/models/${name}-fp32/` })
    expect(exact).toMatchObject({ scoring: 'pointwise', on: 'wasm', precision: 'fp32' })
    expect(exact.refused).toMatchObject({ code: 'unsupported', message: expect.stringContaining('pointwise') })
    expectLogits(exact.found, scores, 1e-4)
    const quantized = await page.evaluate(rankInPage, { ...list, model: `/models/${name}-q8/` })
    expect(quantized.precision).toBe('int8')
    expectLogits(quantized.found, scores, quantized.verdict.tolerance)
  })
}
