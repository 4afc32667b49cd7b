import { readFileSync, writeFileSync } from 'node:fs'
import type { Reporter, TestCase, TestResult } from 'playwright/types/testReporter'
import { generatorsTable } from '../generators/table.js'
import { BROWSERS, type Cell, columnOf, hostsTable, type Table, writeTable } from './table.js'

/**
 * Writes what was run into docs/HOSTS.md and docs/GENERATORS.md; lines of hosts that were not run stay as they are.
 */
export default class TableReporter implements Reporter {
  readonly #hosts: Cell[] = []
  readonly #generators: Cell[] = []

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status === 'skipped' || result.status === 'interrupted') return
    const noted = new Map(result.annotations.map(({ type, description = '' }) => [type, description]))
    const cell = { host: test.parent.title, version: noted.get('version') ?? '' }
    const passed = result.status === 'passed'
    if (generatorsTable.columns.includes(test.title)) this.#generators.push({ ...cell, column: test.title, passed })
    if (test.title === 'run') this.#hosts.push({ ...cell, column: 'run', passed })
    for (const browser of BROWSERS) {
      const outcome = noted.get(browser)
      if (outcome) this.#hosts.push({ ...cell, column: columnOf(test.title, browser), passed: outcome === 'passed' })
    }
  }

  onEnd(): void {
    write('docs/HOSTS.md', this.#hosts, hostsTable)
    write('docs/GENERATORS.md', this.#generators, generatorsTable)
  }
}

function write(file: string, cells: readonly Cell[], table: Table): void {
  if (cells.length === 0) return
  const date = new Date().toISOString().slice(0, 10)
  writeFileSync(file, writeTable(readFileSync(file, 'utf8'), cells, date, table))
}
