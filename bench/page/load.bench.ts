import { cpus } from 'node:os'
import { openLibrary } from '../../e2e/support/page.js'
import { startServer } from '../../e2e/support/server.js'
import { test } from '../../e2e/support/test.js'
import { passages } from '../engines/passages.js'
import { SHORT, writeResults } from '../support/results.js'

const ROUNDS = SHORT ? 3 : 7
const RUNTIMES = ['onnxruntime', 'kernels'] as const
const STEPS = [
  'the files are read and proven',
  'the runtime has started',
  'the model is built: the probe is asked',
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
  const rounds = { onnxruntime: [] as number[][], kernels: [] as number[][] }
  // The first one downloads, after the second the browser keeps what it compiled.
  for (let visit = 2 * -2; visit < 2 * ROUNDS; visit++) {
    // In turns, so that a machine's moods meet both.
    const runtime = RUNTIMES[Math.abs(visit % 2)]!
    await openLibrary(page, `${server.origin}/blank.html`)
    const times = await page.evaluate(
      async ({ list, steps, runtime }) => {
        const start = performance.now()
        const times: number[] = []
        const mark = (step: number) => {
          times[step] ??= performance.now() - start
        }
        const reranker = await window.library.createReranker({
          runtime,
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
      { list: passages(10), steps: STEPS.length, runtime },
    )
    if (visit >= 0) rounds[runtime].push(times)
  }
  await server.close()
  const cell = (rounds: number[][], step: number) => {
    const values = rounds.map(times => times[step]!).sort((a, b) => a - b)
    const show = (ms: number) => (ms / 1000).toFixed(2)
    return `${show(values[values.length >> 1]!)} (${show(values[0]!)}–${show(values.at(-1)!)})`
  }
  const row = (name: string, step: number) =>
    `| ${name} | ${RUNTIMES.map(runtime => cell(rounds[runtime], step)).join(' | ')} |`
  writeResults('load', [
    '## From a warm cache to the first ranking',
    '',
    `Seconds from \`createReranker\` on, the built library and mvp-mini q8 from their caches, on WASM with 2 threads; median of ${ROUNDS} visits (least to most), both runtimes in turns; ${cpus()[0]!.model.trim()}, ${cpus().length} cores, Chromium ${browser.version()}. \`npm run build && npx playwright test -c bench load.bench\``,
    '',
    '| until | onnxruntime, s | our own kernels, s |',
    '|-|-|-|',
    ...STEPS.map(row),
  ])
})
