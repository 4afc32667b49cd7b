import { cpus } from 'node:os'
import { openLibrary } from '../../e2e/support/page.js'
import { startServer } from '../../e2e/support/server.js'
import { test } from '../../e2e/support/test.js'
import { passages } from '../engines/passages.js'
import { SHORT, writeResults } from '../support/results.js'

const ROUNDS = SHORT ? 3 : 7
const STEPS = [
  'the files are read and proven',
  'onnxruntime has started',
  'the graphs are built: the probe is asked',
  'the model is loaded',
  'a query is embedded, its tokens too: the second list',
  'the first ranking of 10 passages, a provisional one',
  'the ranking of 10 passages',
]

test('from a warm cache to the first ranking', async ({ page, browser }) => {
  const server = await startServer({
    roots: [
      { prefix: '/dist/', folder: 'dist' },
      { prefix: '/models/', folder: 'public/models' },
      { prefix: '/', folder: 'e2e/pages' },
    ],
    // As hosts send files whose names have hashes.
    headers: path => (path.startsWith('/dist/') ? { 'Cache-Control': 'max-age=3600' } : {}),
  })
  const rounds: number[][] = []
  // The first one downloads, after the second the browser keeps what it compiled.
  for (let round = -2; round < ROUNDS; round++) {
    await openLibrary(page, `${server.origin}/blank.html`)
    const times = await page.evaluate(
      async ({ list, steps }) => {
        const start = performance.now()
        const times: number[] = []
        const mark = (step: number) => {
          times[step] ??= performance.now() - start
        }
        const reranker = await window.library.createReranker({
          device: 'wasm',
          onProgress: ({ phase, loaded }) => {
            if (phase === 'load') mark(loaded === 0 ? 0 : 1)
            if (phase === 'check') mark(2)
          },
        })
        mark(3)
        const query = 'which question is this?'
        await reranker.embed([query], { tokens: true, prompt: 'query' })
        mark(4)
        await reranker.rank(query, list, { onPartial: () => mark(5) })
        mark(6)
        await reranker.dispose()
        return Array.from({ length: steps }, (_, step) => times[step] ?? Number.NaN)
      },
      { list: passages(10), steps: STEPS.length },
    )
    if (round >= 0) rounds.push(times)
  }
  await server.close()
  const row = (name: string, step: number) => {
    const values = rounds.map(times => times[step]!).sort((a, b) => a - b)
    const show = (ms: number) => (ms / 1000).toFixed(2)
    return `| ${name} | ${show(values[values.length >> 1]!)} (${show(values[0]!)}–${show(values.at(-1)!)}) |`
  }
  writeResults('load', [
    '## From a warm cache to the first ranking',
    '',
    `Seconds from \`createReranker\` on, the built library and mvp-mini q8 from their caches, on WASM with 2 threads; median of ${ROUNDS} visits (least to most); ${cpus()[0]!.model.trim()}, ${cpus().length} cores, Chromium ${browser.version()}. \`npm run build && npx playwright test -c bench load.bench\``,
    '',
    '| until | s |',
    '|-|-|',
    ...STEPS.map(row),
  ])
})
