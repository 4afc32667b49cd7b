import { cpus } from 'node:os'
import { openLibrary } from '../e2e/page.js'
import { startServer } from '../e2e/server.js'
import { test } from '../e2e/test.js'
import { passages } from './passages.js'
import { writeResults } from './results.js'

const ROUNDS = 5

test('from a warm cache to the first ranking', async ({ page }) => {
  const server = await startServer({
    roots: [
      { prefix: '/dist/', folder: 'dist' },
      { prefix: '/models/', folder: 'public/models' },
      { prefix: '/', folder: 'e2e/pages' },
    ],
    // As hosts send files whose names have hashes.
    headers: path => (path.startsWith('/dist/') ? { 'Cache-Control': 'max-age=3600' } : {}),
  })
  const rounds: { load: number; first: number }[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    await openLibrary(page, `${server.origin}/blank.html`)
    const times = await page.evaluate(async list => {
      const start = performance.now()
      const reranker = await window.library.createReranker({ device: 'wasm' })
      const loaded = performance.now()
      await reranker.rank('which question is this?', list)
      const ranked = performance.now()
      await reranker.dispose()
      return { load: loaded - start, first: ranked - start }
    }, passages(10))
    // The first one downloads.
    if (round > 0) rounds.push(times)
  }
  await server.close()
  const row = (name: string, values: number[]) => {
    values.sort((a, b) => a - b)
    const show = (ms: number) => (ms / 1000).toFixed(2)
    return `| ${name} | ${show(values[values.length >> 1]!)} (${show(values[0]!)}–${show(values.at(-1)!)}) |`
  }
  writeResults('load', [
    '## From a warm cache to the first ranking',
    '',
    `Seconds from \`createReranker\` on, the built library and mvp-mini q8 from their caches, 2 threads; median of ${ROUNDS} visits (least to most); ${cpus()[0]!.model.trim()}, ${cpus().length} cores. \`npm run build && npx playwright test -c bench load\``,
    '',
    '| until | s |',
    '|-|-|',
    row(
      'the model is loaded and has answered its probe',
      rounds.map(({ load }) => load),
    ),
    row(
      '10 passages are ranked',
      rounds.map(({ first }) => first),
    ),
  ])
})
