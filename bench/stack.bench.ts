import { cpus } from 'node:os'
import { test } from '../e2e/test.js'
import { passages } from './passages.js'
import { writeResults } from './results.js'
import type * as Page from './stackPage.js'

const CASES = [
  { passages: 10, depth: 6, rounds: 5 },
  { passages: 100, depth: 6, rounds: 5 },
  { passages: 1000, depth: 6, rounds: 1 },
  { passages: 100, depth: 4, rounds: 5 },
  { passages: 100, depth: 2, rounds: 5 },
]

test('the cost of the stack over the bare runs of its batches, by length of list and by depth', async ({
  page,
  devOrigin,
}) => {
  const rows: string[] = []
  for (const threads of [1, 2]) {
    await page.goto(`${devOrigin}/e2e/pages/blank.html`)
    const results = await page.evaluate(
      async ({ threads, list, cases }) => {
        const url = '/bench/stackPage.ts'
        const { measureStack } = (await import(url)) as typeof Page
        return measureStack(threads, list, cases)
      },
      { threads, list: passages(1000), cases: CASES },
    )
    for (const { passages, depth, ms, bareMs, batches, partials, firstMs, bytes } of results) {
      const cells = [
        threads,
        passages,
        depth,
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
    `mvp-mini q8 on WASM, a provisional ranking after every batch; median round; ${cpus()[0]!.model.trim()}, ${cpus().length} cores. "Bare" is what onnxruntime took for the encoder's batches, measured in the same run; the rest is tokenizing, the anchor after each batch, sorting, messages. \`npx playwright test -c bench stack\``,
    '',
    '| threads | passages | depth | ms a pair | of it bare | over bare | batches | partial rankings | first after ms | MB, page and worker |',
    '|-|-|-|-|-|-|-|-|-|-|',
    ...rows,
  ])
})
