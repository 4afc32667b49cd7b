import { askedOf, expectLogits, RANKED_CROSS_ENCODERS, rankInPage } from '../support/crossEncoder.js'
import { LONG } from '../support/long.js'
import { openLibrary } from '../support/page.js'
import { expect, test } from '../support/test.js'

for (const name of RANKED_CROSS_ENCODERS) {
  test(`${name} gives the original's logits on WebGPU`, { tag: name === 'cross-encoder' ? [] : LONG }, async ({
    page,
  }) => {
    await openLibrary(page)
    const { query, passages, scores } = askedOf(name)
    const list = { device: 'webgpu' as const, query, passages }
    const exact = await page.evaluate(rankInPage, {
      ...list,
      model: `/models/${name}-fp32/`,
      precision: 'fp32' as const,
    })
    expect(exact).toMatchObject({ scoring: 'pointwise', on: 'webgpu', precision: 'fp32' })
    expectLogits(exact.found, scores, 1e-4)
    const quantized = await page.evaluate(rankInPage, { ...list, model: `/models/${name}-q8/` })
    expectLogits(quantized.found, scores, quantized.verdict.tolerance)
  })
}
