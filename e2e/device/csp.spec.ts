import { passages, query } from '../support/oracleList.js'
import { familiesAsked, ortFilesAsked, startStrictServer, violations } from '../support/policy.js'
import { expect, test } from '../support/test.js'

test.use({ otherOrigins: true })

const list = { query, passages }

test('a page with a strict policy and Trusted Types ranks on WASM, with threads, and downloads one build of onnxruntime', async ({
  page,
}) => {
  const server = await startStrictServer()
  await page.goto(`${server.origin}/strict.html`)
  const { threads, ranked } = await page.evaluate(async ({ query, passages }) => {
    const reranker = await window.library.createReranker({
      model: '/models/bert-relu-q8/',
      device: 'wasm',
      runtime: 'onnxruntime',
      threads: 2,
    })
    const { results } = await reranker.rank(query, passages)
    await reranker.dispose()
    return { threads: reranker.info.threads, ranked: results.length }
  }, list)
  expect({ threads, ranked }).toEqual({ threads: 2, ranked: list.passages.length })
  expect(ortFilesAsked(server)).toEqual(['/dist/ort-wasm-simd-threaded.mjs', '/dist/ort-wasm-simd-threaded.wasm'])
  expect(familiesAsked(server)).toEqual([])
  expect(await violations(page, server)).toEqual([])
  await server.close()
})

for (const [model, runtime, families] of [
  ['t5-relu-q8', 'onnxruntime', ['t5', 'unigram']],
  ['cross-encoder-modernbert-q8', 'onnxruntime', ['bpe', 'modernbert']],
  ['cross-encoder-xlm-roberta-q8', 'kernels', ['unigram']],
] as const) {
  test(`a page with a strict policy and Trusted Types loads the families of ${model}, and no other`, async ({
    page,
  }) => {
    const server = await startStrictServer()
    await page.goto(`${server.origin}/strict.html`)
    const ranked = await page.evaluate(
      async ({ query, passages, model, runtime }) => {
        const options = { model: `/models/${model}/`, device: 'wasm', runtime } as const
        const reranker = await window.library.createReranker(options)
        const { results } = await reranker.rank(query, passages)
        await reranker.dispose()
        return results.length
      },
      { ...list, model, runtime },
    )
    expect(ranked).toBe(list.passages.length)
    expect(familiesAsked(server)).toEqual(families.map(name => `/dist/family-${name}.js`))
    expect(await violations(page, server)).toEqual([])
    await server.close()
  })
}

test('what the policy forbids is refused and reported: the test sees violations', async ({ page }) => {
  const server = await startStrictServer()
  await page.goto(`${server.origin}/strict.html`)
  const refused = await page.evaluate(() => {
    try {
      new Worker('/dist/rerank.worker.js', { type: 'module' })
      return 'started'
    } catch (error) {
      return (error as Error).name
    }
  })
  expect(refused).toBe('TypeError')
  const seen = await violations(page, server)
  // Once as the page's event, once as the browser's report.
  expect(seen.length).toBe(2)
  await server.close()
})

test('the policy lets the address given in `workerUrl` through', async ({ page }) => {
  const server = await startStrictServer()
  await page.goto(`${server.origin}/strict.html`)
  const device = await page.evaluate(async () => {
    const options = { model: '/models/bert-relu-q8/', device: 'wasm', workerUrl: '/dist/rerank.worker.js?own' } as const
    const reranker = await window.library.createReranker(options)
    await reranker.dispose()
    return reranker.info.device
  })
  expect(device).toBe('wasm')
  expect(server.requests.map(({ path }) => path)).toContain('/dist/rerank.worker.js')
  expect(await violations(page, server)).toEqual([])
  await server.close()
})

test('a worker of another origin takes blob: and that origin in the policy, and one thread; so do its families', async ({
  page,
  origin,
}) => {
  const allowed = `'self' ${origin}`
  const server = await startStrictServer(
    `default-src 'self'; script-src ${allowed} 'wasm-unsafe-eval'; worker-src ${allowed} blob:; connect-src ${allowed}`,
  )
  await page.goto(`${server.origin}/strict.html`)
  const ranked = await page.evaluate(
    async ({ query, passages, origin }) => {
      const workerUrl = `${origin}/dist/rerank.worker.js`
      // A worker from a blob inherits Trusted Types from the page, and onnxruntime starts its threads by plain
      // addresses.
      const options = { model: '/models/t5-relu-q8/', device: 'wasm', threads: 1, workerUrl } as const
      const reranker = await window.library.createReranker(options)
      const { results } = await reranker.rank(query, passages)
      await reranker.dispose()
      return results.length
    },
    { ...list, origin },
  )
  expect(ranked).toBe(list.passages.length)
  expect(await violations(page, server)).toEqual([])
  await server.close()
})
