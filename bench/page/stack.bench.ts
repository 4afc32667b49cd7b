import { cpus } from 'node:os'
import { launchOptions } from '../../e2e/support/chromium.js'
import { test } from '../../e2e/support/test.js'
import { eagerly } from '../../e2e/support/workerMemory.js'
import { passages } from '../engines/passages.js'
import { SHORT, writeResults } from '../support/results.js'
import type * as Page from './stackPage.js'

/** One round of each is what six minutes leave room for; of the shortest lists three. */
const ALL = [
  { threads: 2, passages: 10, depth: 6, rounds: 3 },
  { threads: 2, passages: 100, depth: 6, rounds: 3 },
  { threads: 2, passages: 100, depth: 4, rounds: 1 },
  { threads: 2, passages: 100, depth: 2, rounds: 1 },
  { threads: 2, passages: 1000, depth: 6, rounds: 1 },
  { threads: 1, passages: 10, depth: 6, rounds: 3 },
  { threads: 1, passages: 100, depth: 6, rounds: 1 },
]
const CASES = SHORT ? ALL.filter(({ passages, depth }) => passages <= 100 && depth === 6) : ALL
const WARM_UP = 60

test.use({ launchOptions: eagerly(launchOptions(false)) })

test('the cost of the stack over the bare runs of its batches, by length of list and by depth', async ({
  page,
  browser,
  devOrigin,
}) => {
  const rows: string[] = []
  const list = passages(CASES.reduce((sum, { passages, rounds }) => sum + passages * rounds, WARM_UP))
  // Where the run is cut off, what it has measured is on the console.
  page.on('console', message => console.log(message.text()))
  for (const threads of [2, 1]) {
    await page.goto(`${devOrigin}/e2e/pages/blank.html`)
    const results = await page.evaluate(
      async ({ threads, list, cases, warmUp }) => {
        const url = '/bench/page/stackPage.ts'
        const { measureStack } = (await import(url)) as typeof Page
        return measureStack(threads, list, cases, warmUp)
      },
      { threads, list, cases: CASES.filter(wanted => wanted.threads === threads), warmUp: WARM_UP },
    )
    for (const { passages, depth, rounds, ms, bareMs, batches, partials, firstMs, bytes } of results) {
      const cells = [
        threads,
        passages,
        depth,
        rounds,
        (ms / passages).toFixed(1),
        (bareMs / passages).toFixed(1),
        `${(100 * (ms / bareMs - 1)).toFixed(1)} %`,
        batches,
        partials,
        firstMs.toFixed(0),
        (bytes / 1e6).toFixed(0),
      ]
      rows.push(`| ${cells.join(' | ')} |`)
    }
  }
  writeResults('stack', [
    '## The stack over onnxruntime, lists of 10 to 1000, depths',
    '',
    `mvp-mini q8 on WASM in its default mode (each passage is read with the query and alone), no passage twice, a provisional ranking after every batch; median of the rounds; ${cpus()[0]!.model.trim()}, ${cpus().length} cores, Chromium ${browser.version()}. "Bare" is what onnxruntime took for the encoder's batches, measured in the same run; the rest is tokenizing, late interaction, the anchor after each batch, sorting, messages. \`npx playwright test -c bench stack.bench\``,
    '',
    '| threads | passages | depth | rounds | ms a pair | of it bare | over bare | batches | partial rankings | first after ms | MB, page and worker |',
    '|-|-|-|-|-|-|-|-|-|-|-|',
    ...rows,
  ])
})
