import { readOracle } from '../../models/oracles/read.js'
import { LONG } from '../support/long.js'
import { openLibrary } from '../support/page.js'
import { expect, test } from '../support/test.js'

/** The software GPU is slow: few and short passages. */
const MOST_PASSAGES = 8

test.beforeEach(({ page }) => openLibrary(page))

for (const name of ['bert-relu', 't5-relu', 't5-odd'] as const) {
  test(`${name} in full precision gives the original's scores on WebGPU`, async ({ page }) => {
    const list = readOracle(name).lists.find(list => list.passages.length > 2 && list.passages.length <= MOST_PASSAGES)!
    const error = await page.evaluate(
      async ({ list, model }) => {
        const reranker = await window.library.createReranker({ model, device: 'webgpu', precision: 'fp32' })
        let error = 0
        for (const [depth, { scores }] of Object.entries(list.exits)) {
          const { results } = await reranker.rank(list.query, list.passages, { depth: Number(depth) })
          for (const { index, score } of results) error = Math.max(error, Math.abs(score - scores[index]!))
        }
        const { device } = reranker.info
        await reranker.dispose()
        return { error, device }
      },
      { list, model: `/models/${name}-fp32/` },
    )
    expect(error.device).toBe('webgpu')
    console.log(`    ${name}, WebGPU fp32: largest score error ${error.error.toExponential(1)}`)
    expect(error.error).toBeLessThan(1e-4)
  })
}

for (const model of ['bert-relu-q8', 'bert-relu-q4', 't5-relu-q8']) {
  test(`WebGPU and WASM agree on ${model}, computing with the same weights`, async ({ page }) => {
    const name = model.startsWith('bert') ? 'bert-relu' : 't5-relu'
    const list = readOracle(name).lists.find(list => list.passages.length > 2 && list.passages.length <= MOST_PASSAGES)!
    const difference = await page.evaluate(
      async ({ query, passages, model }) => {
        const scores: number[][] = []
        for (const device of ['webgpu', 'wasm'] as const) {
          const reranker = await window.library.createReranker({ model, device, precision: 'fp32' })
          const { results } = await reranker.rank(query, passages)
          scores.push(results.sort((a, b) => a.index - b.index).map(result => result.score))
          await reranker.dispose()
        }
        return Math.max(...scores[0]!.map((score, i) => Math.abs(score - scores[1]![i]!)))
      },
      { query: list.query, passages: list.passages, model: `/models/${model}/` },
    )
    expect(difference).toBeLessThan(1e-4)
  })
}

test('a software adapter is not chosen unless asked for', async ({ page }) => {
  const device = await page.evaluate(async () => {
    const reranker = await window.library.createReranker({ model: '/models/bert-relu-q8/' })
    const { device } = reranker.info
    await reranker.dispose()
    return device
  })
  expect(device).toBe('wasm')
})

test("a passage's vectors hardly depend on its batch on WebGPU", { tag: LONG }, async ({ page }) => {
  const difference = await page.evaluate(async () => {
    const passages = ['one short passage', 'another short one', 'a third of them', 'and the fourth']
    const options = { model: '/models/bert-relu-fp32/', device: 'webgpu' } as const
    const together = await window.library.createReranker(options)
    // Another size of cache, so that it is another engine.
    const alone = await window.library.createReranker({ ...options, cacheBytes: 2 ** 20 })
    const whole = await together.rank('a query', passages)
    // Encoded one at a time; the last call finds all four in the cache and only decodes.
    for (const passage of passages) await alone.rank('a query', [passage])
    const single = await alone.rank('a query', passages)
    await together.dispose()
    await alone.dispose()
    const score = (ranking: typeof whole, index: number) => ranking.results.find(r => r.index === index)!.score
    return Math.max(...passages.map((_, i) => Math.abs(score(whole, i) / score(single, i) - 1)))
  })
  expect(difference).toBeLessThan(1e-5)
})
