import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { expect, test } from '../../e2e/support/test.js'
import { ndcg } from '../../src/eval/metrics.js'
import { taskOf, trecQueries } from '../engines/tasks.js'
import { meanOf } from '../support/mean.js'
import { writeResults } from '../support/results.js'
import type * as Page from './qualityPage.js'

const QUERIES = Number(process.env.BENCH_QUERIES ?? 20)
const THREADS = 2
const STEPS = 150
const SVG = 'docs/quality-over-time.svg'

test('quality over time, of TREC DL 2021 queries', async ({ page, devOrigin, browser }) => {
  const asked = await trecQueries(QUERIES + 1)
  await page.goto(`${devOrigin}/e2e/pages/blank.html`)
  const { ours, theirs } = await page.evaluate(
    async ({ threads, tasks }) => {
      const url = '/bench/quality/qualityPage.ts'
      return ((await import(url)) as typeof Page).watch(threads, tasks)
    },
    { threads: THREADS, tasks: asked.map(taskOf) },
  )

  const counted = asked.slice(1)
  /** nDCG@10 of what a page shows: what is ranked, and below it the rest as it came. */
  const shown = ({ query, candidates }: (typeof counted)[number], order: readonly number[]) => {
    const ids = candidates.map(({ id }) => id)
    return ndcg([...new Set([...order.map(place => ids[place]!), ...ids])], query.qrels, 10)
  }
  const firstStage = meanOf(counted.map(query => shown(query, [])))
  const total = meanOf(ours.map(moments => moments.at(-1)!.ms))
  const at = (ms: number) =>
    meanOf(counted.map((query, i) => shown(query, ours[i]!.findLast(moment => moment.ms <= ms)?.order ?? [])))
  const slowest = Math.max(...ours.map(moments => moments.at(-1)!.ms))
  const points = Array.from({ length: STEPS + 1 }, (_, i) => (slowest * i) / STEPS).map(ms => ({ ms, ndcg: at(ms) }))
  const ends = [{ ms: meanOf(theirs.best), text: 'transformers.js at its best: first ranking' }]
  const svg = await page.evaluate(
    async curve => {
      const url = '/bench/quality/qualityPage.ts'
      return ((await import(url)) as typeof Page).plot(curve)
    },
    { points, firstStage, ends },
  )
  writeFileSync(SVG, `${svg}\n`)

  const fifth = at(total / 5)
  const above = points.find(({ ndcg }) => ndcg > firstStage)!.ms
  const row = (share: number) => `| ${((share * total) | 0).toString()} | ${share} | ${at(share * total).toFixed(3)} |`
  writeResults('quality', [
    '## Quality over time',
    '',
    `${counted.length} queries of TREC DL 2021, the first stage's 100 candidates each, mvp-mini q8 by default (fused; every text is embedded on first sight), ${THREADS} threads on WASM. What is not ranked yet stands below, in the first stage's order. ${cpus()[0]!.model.trim()}, ${cpus().length} cores, Chromium ${browser.version()}. [The curve](../${SVG}). \`BENCH_DATA=… npx playwright test -c bench quality\``,
    '',
    '| ms | share of the whole time | nDCG@10 |',
    '|-|-|-|',
    `| 0 | first stage | ${firstStage.toFixed(3)} |`,
    ...[0.05, 0.1, 0.2, 0.4, 0.6, 0.8].map(row),
    `| ${total.toFixed(0)} | 1 | ${at(Number.POSITIVE_INFINITY).toFixed(3)} |`,
    '',
    `Above the first stage after ${above.toFixed(0)} ms. transformers.js (a cross-encoder of the same shape with random weights: its time only) has nothing to show before its end: after ${meanOf(theirs.best).toFixed(0)} ms at its best, ${meanOf(theirs.defaults).toFixed(0)} ms at its defaults.`,
  ])
  expect(fifth, 'after a fifth of the time').toBeGreaterThan(firstStage)
})
