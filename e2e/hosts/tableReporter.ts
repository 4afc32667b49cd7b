import { readFileSync, writeFileSync } from 'node:fs'
import type { Reporter, TestCase, TestResult } from 'playwright/types/testReporter'
import { writeTable } from './table.js'

/** Writes what was run into docs/HOSTS.md; lines of hosts that were not run stay as they are. */
export default class TableReporter implements Reporter {
  readonly #cells: { host: string; column: string; version: string; passed: boolean }[] = []

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status === 'skipped' || result.status === 'interrupted') return
    const version = test.annotations.find(({ type }) => type === 'version')?.description ?? ''
    const passed = result.status === 'passed'
    this.#cells.push({ host: test.parent.title, column: test.title, version, passed })
  }

  onEnd(): void {
    if (this.#cells.length === 0) return
    const date = new Date().toISOString().slice(0, 10)
    const text = readFileSync('docs/HOSTS.md', 'utf8')
    writeFileSync('docs/HOSTS.md', writeTable(text, this.#cells, date))
  }
}
