const COLUMNS = ['version', 'development', 'build', 'run'] as const

export interface Cell {
  host: string
  column: string
  version: string
  passed: boolean
}

type Row = Record<(typeof COLUMNS)[number], string>

const MARKED = /(<!-- hosts -->\n)([\s\S]*?)(<!-- \/hosts -->)/

/**
 * Puts what was run into the table between the marks `<!-- hosts -->` and `<!-- /hosts -->`. A cell is `✓` or `failed`
 * with its date; what was not run stays as it was.
 */
export function writeTable(text: string, cells: readonly Cell[], date: string): string {
  return text.replace(MARKED, (_, open: string, table: string, close: string) => {
    const rows = readRows(table)
    for (const { host, column, version, passed } of cells) {
      const row = rows.get(host) ?? { version: '', development: '–', build: '–', run: '–' }
      rows.set(host, { ...row, version, [column]: `${passed ? '✓' : 'failed'} ${date}` })
    }
    const lines = [...rows].map(([host, row]) => [host, ...COLUMNS.map(column => row[column])])
    return `${open}${[['host', ...COLUMNS], ['-', '-', '-', '-', '-'], ...lines].map(toLine).join('')}${close}`
  })
}

function readRows(table: string): Map<string, Row> {
  const lines = table.trim().split('\n').slice(2)
  return new Map(
    lines.filter(Boolean).map(line => {
      const [host, version, development, build, run] = line
        .split('|')
        .slice(1, -1)
        .map(cell => cell.trim())
      return [host!, { version: version!, development: development!, build: build!, run: run! }]
    }),
  )
}

function toLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`
}
