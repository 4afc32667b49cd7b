import type { Page } from 'playwright/test'
import { passages, query } from '../support/oracleList.js'
import { openLibrary } from '../support/page.js'
import { familiesAsked, ortFilesAsked } from '../support/policy.js'
import { startServer, type TestServer } from '../support/server.js'
import { expect, test } from '../support/test.js'

test.use({ otherOrigins: true })

let elsewhere: TestServer

test.beforeAll(async () => {
  elsewhere = await startServer()
})

test.afterAll(() => elsewhere.close())

/** Ranks with the library in `window`, and counts the blobs that the page makes for workers. */
async function rank(
  page: Page,
  workerUrl?: string,
  runtime?: 'onnxruntime' | 'kernels',
): Promise<{ threads: number; ranked: number; blobs: number }> {
  return page.evaluate(
    async ({ query, passages, workerUrl, runtime }) => {
      let blobs = 0
      const create = URL.createObjectURL
      URL.createObjectURL = blob => {
        blobs++
        return create.call(URL, blob)
      }
      const own = { ...(workerUrl && { workerUrl }), ...(runtime && { runtime }) }
      const options = { model: '/models/bert-relu-q8/', device: 'wasm', threads: 2, ...own } as const
      const reranker = await window.library.createReranker(options)
      const { results } = await reranker.rank(query, passages)
      await reranker.dispose()
      return { threads: reranker.info.threads, ranked: results.length, blobs }
    },
    { query, passages, workerUrl, runtime },
  )
}

test('a worker of the own origin is started by its address, without a blob', async ({ page }) => {
  await openLibrary(page)
  for (const runtime of ['onnxruntime', 'kernels'] as const)
    expect(await rank(page, undefined, runtime)).toEqual({ threads: 2, ranked: passages.length, blobs: 0 })
})

test('a worker of another origin runs, with threads and the files beside it', async ({ page }) => {
  await openLibrary(page)
  const url = `${elsewhere.origin}/dist/rerank.worker.js`
  expect(await rank(page, url)).toEqual({ threads: 2, ranked: passages.length, blobs: 1 })
  expect(ortFilesAsked(elsewhere)).toEqual(['/dist/ort-wasm-simd-threaded.mjs', '/dist/ort-wasm-simd-threaded.wasm'])
})

test('the whole library can be imported from another origin', async ({ page }) => {
  await page.goto('/blank.html')
  await page.evaluate(
    async url => Object.assign(window, { library: await import(url) }),
    `${elsewhere.origin}/dist/index.js`,
  )
  expect(await rank(page, undefined, 'onnxruntime')).toEqual({ threads: 2, ranked: passages.length, blobs: 1 })
})

for (const file of ['rerank.worker.js', 'kernels.worker.js']) {
  test(`a worker of another origin finds families beside itself: ${file}`, async ({ page }) => {
    await openLibrary(page)
    const other = await startServer()
    const ranked = await page.evaluate(
      async ({ query, passages, workerUrl }) => {
        const options = { model: '/models/cross-encoder-xlm-roberta-q8/', device: 'wasm', workerUrl } as const
        const reranker = await window.library.createReranker(options)
        const { results } = await reranker.rank(query, passages)
        await reranker.dispose()
        return results.length
      },
      { query, passages, workerUrl: `${other.origin}/dist/${file}` },
    )
    expect(ranked).toBe(passages.length)
    expect(familiesAsked(other)).toEqual(['/dist/family-unigram.js'])
    await other.close()
  })
}

test('a family that is not there is a typed error, which names the file', async ({ page }) => {
  await page.context().route('**/family-*.js', route => route.abort())
  await openLibrary(page)
  const errors = await page.evaluate(async () => {
    const errorOf = (model: string, runtime: 'auto' | 'onnxruntime') =>
      window.library.createReranker({ model: `/models/${model}/`, device: 'wasm', runtime }).then(
        () => 'none',
        ({ code, remedy }) => `${code}: ${remedy}`,
      )
    return [await errorOf('cross-encoder-xlm-roberta-q8', 'auto'), await errorOf('t5-odd-fp32', 'onnxruntime')]
  })
  expect(errors[0]).toMatch(/^download-failed: .*family-unigram\.js/)
  expect(errors[1]).toMatch(/^download-failed: .*family-(?:t5|unigram)\.js/)
})

test('workers whose scripts lack the header of an isolated page start through a module of a blob', async ({ page }) => {
  await openLibrary(page)
  const workers = '/~bare=true/dist'
  expect(await rank(page, `${workers}/rerank.worker.js`)).toEqual({ threads: 1, ranked: passages.length, blobs: 1 })
  const found = await page.evaluate(async workerUrl => {
    const search = await window.library.openSearch({ src: '/search/', workerUrl })
    const { candidates } = await search.query('server')
    await search.dispose()
    return candidates.length
  }, `${workers}/search.worker.js`)
  expect(found).toBeGreaterThan(0)
})

test('a worker that is not there is a typed error', async ({ page }) => {
  await openLibrary(page)
  const codes = await page.evaluate(async other => {
    const codeOf = (workerUrl: string) =>
      window.library.createReranker({ model: '/models/bert-relu-q8/', workerUrl }).then(
        () => 'none',
        error => error.code,
      )
    return [await codeOf('/none.js'), await codeOf(`${other}/none.js`)]
  }, elsewhere.origin)
  expect(codes).toEqual(['worker-failed', 'worker-failed'])
})
