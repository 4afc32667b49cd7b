import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { test } from '../../e2e/support/test.js'
import { SHORT, writeResults } from '../support/results.js'
import { shippedReranker } from '../support/shippedReranker.js'
import { DATA, type Judged, meanNdcg, readBeir, readDemo, test as testSide } from './judged.js'
import { lateIndexes } from './lateIndex.js'
import { CPU_CLOCK, type Shown, shownOf } from './shownOverTime.js'
import type * as Page from './shownPage.js'

const SETS = (process.env.BENCH_SETS ?? 'docs,openstax,documentation').split(',')
const QUESTIONS = Number(process.env.BENCH_QUESTIONS ?? 60)
/** Fewer take less time, over the same sections. */
const ASKED = Number(process.env.BENCH_ASKED ?? QUESTIONS)
const SECTIONS = Number(process.env.BENCH_SECTIONS ?? 600)
const TOKEN_BYTES = 1536
const WIDTH = 384
const STEPS = 200
const SVG = 'docs/search-over-time.svg'
const CHAINS = { 'with token codes': true, without: false }

test('what is shown at each moment after the key', async ({ page, devOrigin }) => {
  test.setTimeout(0)
  const reranker = await shippedReranker({ device: 'wasm' })
  console.log(`${reranker.info.model} is loaded`)
  const curves: Page.Curve[] = []
  const rows: string[] = []
  for (const name of SETS) {
    const set =
      name === 'documentation' ? readDemo('public/search') : readBeir(DATA, name, testSide, QUESTIONS, SECTIONS)
    if (!set) continue
    const index = set.index ?? (await lateIndexes(set, reranker, [TOKEN_BYTES]))[0]!.index
    const asked: Judged = { ...set, questions: set.questions.slice(0, ASKED) }
    for (const [chain, late] of Object.entries(CHAINS)) {
      const shown: Shown[][] = []
      // The first one compiles.
      for (const { text } of asked.questions.slice(0, 1)) await shownOf(index, text, reranker, WIDTH, late)
      for (const { text } of asked.questions) shown.push(await shownOf(index, text, reranker, WIDTH, late))
      const at = (ms: number) =>
        meanNdcg(
          asked,
          shown.map(moments => moments.findLast(moment => moment.ms <= ms)?.ids ?? []),
        )
      const last = shown.map(moments => moments.at(-1)!.ms).sort((a, b) => a - b)
      const end = last.at(-1)!
      const points = Array.from({ length: STEPS + 1 }, (_, i) => (end * i) / STEPS).map(ms => ({ ms, ndcg: at(ms) }))
      curves.push({ set: name, chain, points })
      const median = last[last.length >> 1]!
      const final = at(Number.POSITIVE_INFINITY)
      const cells = [at(50), at(200), final].map(value => value.toFixed(3))
      rows.push(`| ${name}, ${chain} | ${cells.join(' | ')} | ${(at(50) / final).toFixed(3)} | ${median.toFixed(0)} |`)
      console.log(rows.at(-1))
    }
  }
  await page.goto(`${devOrigin}/e2e/pages/blank.html`)
  const svg = await page.evaluate(async curves => {
    const url = '/bench/search/shownPage.ts'
    return ((await import(url)) as typeof Page).plot(curves)
  }, curves)
  if (!SHORT) writeFileSync(SVG, `${svg}\n`)
  writeResults('shownOverTime', [
    '## What is shown, moment by moment',
    '',
    `nDCG@10 of the list that the element shows after a key: by words, in the order at once, while the model reads (the first 12 to 16 with token codes, 50 without), at the end. The first ${ASKED} held-out questions of each set over ${SECTIONS} sections, and the demo's documentation with its own; WASM in Node, ${reranker.info.threads} ${CPU_CLOCK ? 'thread, by CPU time as the machine was busy' : 'threads'}, ${cpus()[0]!.model.trim()}, ${cpus().length} cores. [The curves](../${SVG}). \`npm run build && BENCH_DATA=… npx playwright test -c bench shownOverTime\``,
    '',
    '| | after 50 ms | after 200 ms | at the end | share of the end after 50 ms | median ms to the end |',
    '|-|-|-|-|-|-|',
    ...rows,
  ])
  await reranker.dispose()
})
