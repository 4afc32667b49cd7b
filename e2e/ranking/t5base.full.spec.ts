import { existsSync, rmSync, statSync } from 'node:fs'
import { convert } from '../../models/convert/convert.js'
import { T5_BASE, writeRandomT5 } from '../../models/convert/randomT5.js'
import { oracleFolder } from '../../models/oracles/read.js'
import { MODELS_FOLDER } from '../support/convertModels.js'
import { openLibrary } from '../support/page.js'
import { expect, test } from '../support/test.js'

const CHECKPOINT = '.cache/e2e/t5-base'
const MODEL = `${MODELS_FOLDER}/t5-base-q8`

test.beforeAll(async () => {
  test.setTimeout(30 * 60_000)
  if (existsSync(MODEL)) return
  writeRandomT5(CHECKPOINT, T5_BASE, `${oracleFolder('t5-relu')}/tokenizer.json`)
  await convert(CHECKPOINT, { out: MODEL, dtype: 'q8' })
  rmSync(CHECKPOINT, { recursive: true })
})

test('a model of the size of MVP-base loads from a URL and ranks on WASM', async ({ page }) => {
  await openLibrary(page)
  const { loadMs, rankMs, order, heap } = await page.evaluate(async () => {
    const measure = performance as unknown as { measureUserAgentSpecificMemory(): Promise<{ bytes: number }> }
    const start = performance.now()
    const reranker = await window.library.createReranker({ model: '/models/t5-base-q8/', device: 'wasm' })
    const loaded = performance.now()
    const passages = ['one', 'two', 'three', 'four', 'five'].map(word => `${word} passage about something `.repeat(6))
    const { results } = await reranker.rank('which one is it?', passages)
    const done = performance.now()
    const { bytes } = await measure.measureUserAgentSpecificMemory()
    await reranker.dispose()
    return { loadMs: loaded - start, rankMs: done - loaded, order: results.map(r => r.index), heap: bytes }
  })
  const file = statSync(`${MODEL}/weights.safetensors`).size
  console.log(
    `    T5-base q8 (${(file / 1e6).toFixed(0)} MB): loaded in ${(loadMs / 1000).toFixed(1)} s, 5 passages in ${(rankMs / 1000).toFixed(1)} s, ${(heap / 1e6).toFixed(0)} MB of memory`,
  )
  expect([...order].sort()).toEqual([0, 1, 2, 3, 4])
  expect(heap).toBeLessThan(1.5e9)
})
