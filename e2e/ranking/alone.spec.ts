import { listOf, RANKED_ALONE, scoringOf } from '../support/alone.js'
import { expectLogits, rankInPage } from '../support/crossEncoder.js'
import { openLibrary } from '../support/page.js'
import { expect, test } from '../support/test.js'

for (const name of RANKED_ALONE) {
  test(`${name} gives the original's scores on WASM, and says what it cannot do`, async ({ page }) => {
    await openLibrary(page)
    const { query, passages, scores } = listOf(name)
    const list = { device: 'wasm' as const, query, passages }
    const scoring = scoringOf(name)
    const exact = await page.evaluate(rankInPage, { ...list, model: `/models/${name}-fp32/` })
    expect(exact).toMatchObject({ scoring, on: 'wasm', precision: 'fp32' })
    expect(exact.refused).toMatchObject({ code: 'unsupported', message: expect.stringContaining(scoring) })
    expectLogits(exact.found, scores, 1e-4)
    const quantized = await page.evaluate(rankInPage, { ...list, model: `/models/${name}-q8/` })
    expect(quantized).toMatchObject({ scoring, precision: 'int8' })
    expect(quantized.found).toHaveLength(passages.length)
  })
}
