import type { Comparison } from './comparison.js'
import type { Values } from './evaluate.js'

/** A comparison as a table for a terminal. */
export function comparisonTable({ metrics, baseline, system, means, tests, queries }: Comparison): string {
  const others = Object.keys(means).filter(name => name !== baseline && name !== system)
  const header = ['', baseline, system, 'difference', '95 % interval', 'p (random.)', 'p (t)', 'wins', 'losses', 'ties']
  const rows = metrics.map(metric => {
    const { difference, interval, randomisation, tTest, wins, losses, ties } = tests[metric]!
    return [
      metric,
      number(means[baseline]![metric]!),
      number(means[system]![metric]!),
      signed(difference),
      interval === null ? '–' : `${signed(interval[0])} to ${signed(interval[1])}`,
      pValue(randomisation.p),
      pValue(tTest.p),
      ...[wins, losses, ties].map(String),
    ]
  })
  const beside =
    others.length === 0 ? '' : `\n${meansTable(metrics, Object.fromEntries(others.map(name => [name, means[name]!])))}`
  return `${align([header, ...rows])}${beside}\n${queries.length} queries; ${system} against ${baseline}\n`
}

/** Means alone, a column for each system. */
export function meansTable(metrics: readonly string[], means: Record<string, Values>): string {
  const systems = Object.keys(means)
  return align([
    ['', ...systems],
    ...metrics.map(metric => [metric, ...systems.map(name => number(means[name]![metric]!))]),
  ])
}

export function number(value: number): string {
  return value.toFixed(4)
}

export function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`
}

export function pValue(p: number): string {
  return p < 1e-4 ? '<0.0001' : p.toFixed(4)
}

/** The first column to the left, the others, numbers, to the right. */
function align(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
  const cell = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[0]!) : text.padStart(widths[column]!)
  return rows.map(row => `${row.map(cell).join('  ').trimEnd()}\n`).join('')
}
