import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'playwright/test'
import { launchOptions } from '../../e2e/support/chromium.js'
import { withFaults } from '../../e2e/support/faults.js'
import { startServer } from '../../e2e/support/server.js'
import { writeResults } from '../support/results.js'

/** Not a dependency: fetched when it is run. */
const LIGHTHOUSE = 'lighthouse@12'
const PAGES = { 'search page': '/', benchmark: '/bench/' }
const FORMS = { mobile: [], desktop: ['--preset=desktop'] }
const CATEGORIES = {
  performance: 'performance',
  accessibility: 'accessibility',
  practices: 'best-practices',
  seo: 'seo',
}

const run = promisify(execFile)
const { executablePath } = launchOptions(false)
const env = { ...process.env, ...(executablePath ? { CHROME_PATH: executablePath } : {}) }

/** Now and then it misses the start of a page, says NO_NAVSTART, and asks to be run again. */
async function lighthouse(options: readonly string[]): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await run('npx', ['--yes', LIGHTHOUSE, ...options], { env })
      return
    } catch (error) {
      if (tries === 3 || !String(error).includes('NO_NAVSTART')) throw error
    }
  }
}

interface Report {
  lighthouseVersion: string
  categories: Record<string, { score: number; auditRefs: { id: string; weight: number }[] }>
  audits: Record<string, { title: string; score: number | null; displayValue?: string }>
}

test('Lighthouse on the built site', async () => {
  test.setTimeout(8 * 60_000)
  const server = await startServer()
  const folder = mkdtempSync(join(tmpdir(), 'lighthouse-'))
  const rows: string[] = []
  const lost: string[] = []
  let version = ''
  for (const [page, path] of Object.entries(PAGES)) {
    for (const [form, options] of Object.entries(FORMS)) {
      const file = join(folder, `${rows.length}.json`)
      // Compressed, as hosts do it.
      const url = server.origin + withFaults(path, { gzip: true })
      const output = ['--output=json', `--output-path=${file}`, '--chrome-flags=--headless=new --no-sandbox']
      await lighthouse([url, '--quiet', ...output, ...options])
      const report: Report = JSON.parse(readFileSync(file, 'utf8'))
      version = report.lighthouseVersion
      const { categories, audits } = report
      const scores = Object.values(CATEGORIES).map(id => Math.round(100 * categories[id]!.score))
      const shown = [
        'first-contentful-paint',
        'largest-contentful-paint',
        'total-blocking-time',
        'cumulative-layout-shift',
      ]
      rows.push(`| ${page}, ${form} | ${[...scores, ...shown.map(id => audits[id]!.displayValue)].join(' | ')} |`)
      for (const { auditRefs } of Object.values(categories)) {
        for (const { id, weight } of auditRefs) {
          const { score, title, displayValue = '' } = audits[id]!
          if (weight > 0 && score !== null && score < 0.9) lost.push(`${page}, ${form}: ${title} ${displayValue}`)
        }
      }
      expect.soft(categories.accessibility!.score, `accessibility of ${page}, ${form}`).toBe(1)
    }
  }
  await server.close()
  rmSync(folder, { recursive: true })
  console.log(lost.join('\n'))
  writeResults('lighthouse', [
    '## Lighthouse',
    '',
    `The built site with its headers, compressed by gzip; Lighthouse ${version} with its own throttling, ${cpus()[0]!.model.trim()}, ${cpus().length} cores. \`npm run build && npx playwright test -c bench lighthouse\``,
    '',
    '| | performance | accessibility | best practices | SEO | first paint | largest paint | blocked | layout shift |',
    '|-|-|-|-|-|-|-|-|-|',
    ...rows,
  ])
})
