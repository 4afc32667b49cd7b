/** Columns after the host's name. A page is run in each browser; a program of a runtime without pages only runs. */
export const BROWSERS = ['Chromium', 'Firefox', 'WebKitGTK'] as const
const MODES = ['development', 'build'] as const
const COLUMNS = ['version', ...MODES.flatMap(mode => BROWSERS.map(browser => columnOf(mode, browser))), 'run', 'date']

export interface Cell {
  host: string
  /** `run`, or what `columnOf` gives. */
  column: string
  version: string
  passed: boolean
}

const MARKED = /(<!-- hosts -->\n)([\s\S]*?)(<!-- \/hosts -->)/

export function columnOf(mode: string, browser: string): string {
  return `${mode}, ${browser}`
}

/**
 * Writes the results into the table between the marks `<!-- hosts -->` and `<!-- /hosts -->`. A cell is `✓`,
 * `failed`, or `–` if nothing was run. A host's row is replaced as a whole, with its date.
 */
export function writeTable(text: string, cells: readonly Cell[], date: string): string {
  return text.replace(MARKED, (_, open: string, table: string, close: string) => {
    const rows = readRows(table)
    for (const host of new Set(cells.map(cell => cell.host))) {
      const own = cells.filter(cell => cell.host === host)
      const found = new Map(own.map(({ column, passed }) => [column, passed ? '✓' : 'failed']))
      const fixed = new Map([
        ['version', own.find(({ version }) => version)?.version ?? ''],
        ['date', date],
      ])
      rows.set(
        host,
        COLUMNS.map(column => fixed.get(column) ?? found.get(column) ?? '–'),
      )
    }
    const lines = [...rows].map(([host, row]) => [host, ...row])
    return `${open}${[['host', ...COLUMNS], Array(COLUMNS.length + 1).fill('-'), ...lines].map(toLine).join('')}${close}`
  })
}

/** Rows with other columns are of an earlier form of the table, and go. */
function readRows(table: string): Map<string, string[]> {
  const lines = table.trim().split('\n').slice(2).filter(Boolean)
  const rows = lines.map(line =>
    line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim()),
  )
  return new Map(rows.filter(row => row.length === COLUMNS.length + 1).map(([host, ...row]) => [host!, row]))
}

function toLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`
}
