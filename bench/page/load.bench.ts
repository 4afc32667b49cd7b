import { cpus } from 'node:os'
import { test } from '../../e2e/support/test.js'
import { passages } from '../engines/passages.js'
import { SHORT, writeResults } from '../support/results.js'
import { loadAndRank, RUNTIMES, STEPS, serveFiles, stepRows } from './loadSteps.js'

const ROUNDS = SHORT ? 3 : 7

test('from a warm cache to the first ranking', async ({ page, browser }) => {
  const server = await serveFiles()
  const rounds = { onnxruntime: [] as number[][], kernels: [] as number[][] }
  // The first one downloads, after the second the browser keeps what it compiled.
  for (let visit = 2 * -2; visit < 2 * ROUNDS; visit++) {
    // In turns, so that a machine's moods meet both.
    const runtime = RUNTIMES[Math.abs(visit % 2)]!
    await page.goto(`${server.origin}/blank.html`)
    const times = await page.evaluate(loadAndRank, { list: passages(10), steps: STEPS.length, runtime })
    if (visit >= 0) rounds[runtime].push(times)
  }
  await server.close()
  writeResults('load', [
    '## From a warm cache to the first ranking',
    '',
    `Seconds from \`createReranker\` on, the built library and mvp-mini q8 from their caches, on WASM with 2 threads; median of ${ROUNDS} visits (least to most), both runtimes in turns; ${cpus()[0]!.model.trim()}, ${cpus().length} cores, Chromium ${browser.version()}. \`npm run build && npx playwright test -c bench load.bench\``,
    '',
    '| until | onnxruntime, s | our own kernels, s |',
    '|-|-|-|',
    ...stepRows(RUNTIMES.map(runtime => rounds[runtime])),
  ])
})
