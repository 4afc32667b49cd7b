import { listOf, RANKED_ALONE, scoringOf } from '../support/alone.js'
import { expectLogits, rankInPage } from '../support/crossEncoder.js'
import { openLibrary } from '../support/page.js'
import { expect, test } from '../support/test.js'

for (const name of RANKED_ALONE) {
  test(`${name} gives the original's scores on WebGPU`, async ({ page }) => {
    await openLibrary(page)
    const { query, passages, scores } = listOf(name)
    const list = { device: 'webgpu' as const, query, passages, precision: 'fp32' as const }
    const exact = await page.evaluate(rankInPage, { ...list, model: `/models/${name}-fp32/` })
    expect(exact).toMatchObject({ scoring: scoringOf(name), on: 'webgpu', precision: 'fp32' })
    expectLogits(exact.found, scores, 1e-4)
  })
}
