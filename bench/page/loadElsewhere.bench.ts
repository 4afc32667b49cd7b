import { cpus } from 'node:os'
import { firefox } from '../../e2e/browsers/firefox.js'
import { webkit } from '../../e2e/browsers/webkit.js'
import { test } from '../../e2e/support/test.js'
import { passages } from '../engines/passages.js'
import { writeResults } from '../support/results.js'
import { loadAndRank, STEPS, serveFiles, stepRows } from './loadSteps.js'

const ROUNDS = 7

test('from a warm cache to the first ranking, in Firefox and WebKitGTK', async () => {
  const titles: string[] = []
  const columns: number[][][] = []
  for (const kind of [firefox, webkit]) {
    const missing = kind.missing()
    if (missing !== undefined) throw new Error(`${kind.name}: ${missing}`)
    const server = await serveFiles()
    const browser = await kind.launch()
    const visits: number[][] = []
    // The first two download, and compile what the browser keeps.
    for (let visit = -2; visit < ROUNDS; visit++) {
      const tab = await browser.openTab()
      await tab.goto(`${server.origin}/blank.html`)
      const asked = { list: passages(10), steps: STEPS.length, runtime: 'kernels' } as const
      const times = await tab.evaluate(loadAndRank, asked)
      if (visit >= 0) visits.push(times)
      await tab.close()
    }
    titles.push(browser.title)
    columns.push(visits)
    await browser.close()
    await server.close()
  }
  writeResults('loadElsewhere', [
    '## From a warm cache to the first ranking, in Firefox and WebKitGTK',
    '',
    `As above, by our own kernels: Firefox with 2 threads, WebKitGTK with one; median of ${ROUNDS} visits (least to most); ${cpus()[0]!.model.trim()}, ${cpus().length} cores. \`npm run build && npx playwright test -c bench loadElsewhere\``,
    '',
    `| until | ${titles.map(title => `${title}, s`).join(' | ')} |`,
    '|-|-|-|',
    ...stepRows(columns),
  ])
})
