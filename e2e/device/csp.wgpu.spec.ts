import { LONG } from '../support/long.js'
import { passages, query } from '../support/oracleList.js'
import { ortFilesAsked, startStrictServer, violations } from '../support/policy.js'
import { expect, test } from '../support/test.js'

const list = { query, passages: passages.slice(0, 3) }

for (const flavour of ['jspi', 'asyncify'] as const) {
  test(`a page with a strict policy and Trusted Types ranks on WebGPU with ${flavour}, and downloads no other build`, {
    tag: flavour === 'jspi' ? [] : LONG,
  }, async ({ page }) => {
    const server = await startStrictServer()
    await page.goto(`${server.origin}/strict.html`)
    const outcome = await page.evaluate(
      async ({ list, workerUrl }) => {
        const options = {
          model: '/models/bert-relu-fp32/',
          device: 'webgpu',
          ...(workerUrl ? { workerUrl } : {}),
        } as const
        const reranker = await window.library.createReranker(options)
        const { results } = await reranker.rank(list.query, list.passages)
        await reranker.dispose()
        return { device: reranker.info.device, threads: reranker.info.threads, ranked: results.length }
      },
      { list, workerUrl: flavour === 'asyncify' ? '/withoutJspi.js' : undefined },
    )
    expect(outcome).toEqual({ device: 'webgpu', threads: 2, ranked: list.passages.length })
    const name = `/dist/ort-wasm-simd-threaded.${flavour}`
    expect(ortFilesAsked(server)).toEqual([`${name}.mjs`, `${name}.wasm`])
    expect(await violations(page, server)).toEqual([])
    await server.close()
  })
}
