import { readFileSync, writeFileSync } from 'node:fs'
import type { Reporter, TestCase, TestResult } from 'playwright/types/testReporter'
import { BROWSERS, type Cell, columnOf, writeTable } from './table.js'

/** Writes what was run into docs/HOSTS.md; lines of hosts that were not run stay as they are. */
export default class TableReporter implements Reporter {
  readonly #cells: Cell[] = []

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status === 'skipped' || result.status === 'interrupted') return
    const noted = new Map(result.annotations.map(({ type, description = '' }) => [type, description]))
    const cell = { host: test.parent.title, version: noted.get('version') ?? '' }
    if (test.title === 'run') this.#cells.push({ ...cell, column: 'run', passed: result.status === 'passed' })
    for (const browser of BROWSERS) {
      const outcome = noted.get(browser)
      if (outcome) this.#cells.push({ ...cell, column: columnOf(test.title, browser), passed: outcome === 'passed' })
    }
  }

  onEnd(): void {
    if (this.#cells.length === 0) return
    const date = new Date().toISOString().slice(0, 10)
    const text = readFileSync('docs/HOSTS.md', 'utf8')
    writeFileSync('docs/HOSTS.md', writeTable(text, this.#cells, date))
  }
}
