/** Columns after the host's name. A page is run in each browser; a program of a runtime without pages only runs. */
export const BROWSERS = ['Chromium', 'Firefox', 'WebKitGTK'] as const
const MODES = ['development', 'build'] as const

/** A table between the marks `<!-- name -->` and `<!-- /name -->`. */
export interface Table {
  name: string
  /** After the host's name; between its version and the date. */
  columns: readonly string[]
}

export const hostsTable: Table = {
  name: 'hosts',
  columns: [...MODES.flatMap(mode => BROWSERS.map(browser => columnOf(mode, browser))), 'run'],
}

export interface Cell {
  host: string
  /** One of the table's. */
  column: string
  version: string
  passed: boolean
}

export function columnOf(mode: string, browser: string): string {
  return `${mode}, ${browser}`
}

/**
 * Writes the results into the table. A cell is `✓`, `failed`, or `–` if nothing was run. A host's row is replaced as a
 * whole, with its date.
 */
export function writeTable(text: string, cells: readonly Cell[], date: string, { name, columns }: Table): string {
  const marked = new RegExp(`(<!-- ${name} -->\\n)([\\s\\S]*?)(<!-- /${name} -->)`)
  const all = ['version', ...columns, 'date']
  return text.replace(marked, (_, open: string, table: string, close: string) => {
    const rows = readRows(table, all.length)
    for (const host of new Set(cells.map(cell => cell.host))) {
      const own = cells.filter(cell => cell.host === host)
      const found = new Map(own.map(({ column, passed }) => [column, passed ? '✓' : 'failed']))
      const fixed = new Map([
        ['version', own.find(({ version }) => version)?.version ?? ''],
        ['date', date],
      ])
      rows.set(
        host,
        all.map(column => fixed.get(column) ?? found.get(column) ?? '–'),
      )
    }
    const lines = [...rows].map(([host, row]) => [host, ...row])
    return `${open}${[['host', ...all], Array(all.length + 1).fill('-'), ...lines].map(toLine).join('')}${close}`
  })
}

/** Rows with other columns are of an earlier form of the table, and go. */
function readRows(table: string, columns: number): Map<string, string[]> {
  const lines = table.trim().split('\n').slice(2).filter(Boolean)
  const rows = lines.map(line =>
    line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim()),
  )
  return new Map(rows.filter(row => row.length === columns + 1).map(([host, ...row]) => [host!, row]))
}

function toLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`
}
