import type { Comparison } from '../comparison.js'
import type { Measured } from '../evaluate.js'
import { number, pValue, signed } from '../table.js'
import { Html, html } from './html.js'
import { differencePlot, type Point, scatterPlot } from './plots.js'
import style from './report.css?raw'

export interface ReportOptions {
  title: string
  /** The measured system and its settings, as name and value: model, data, device … */
  facts: readonly (readonly [name: string, value: string])[]
  /** A paragraph that explains the numbers. */
  note?: string
}

/** The number of wins and of losses that are shown above the full list. */
const EXTREMES = 10

/** A comparison as one self-contained HTML file, without scripts. */
export function renderReport(comparison: Comparison, { title, facts, note }: ReportOptions): string {
  const { metrics, system, baseline, queries } = comparison
  const [first] = metrics
  return `<!doctype html>\n${html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(style.trim())}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p class="lead">${system} against ${baseline}, ${queries.length} queries.</p>
${note === undefined ? html`` : html`<p>${note}</p>`}
<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
<h2>Means</h2>
${meansTable(comparison)}
<p class="lead">p: two-sided paired tests of the difference, over queries. The interval is Student’s. With several metrics looked at, expect one in twenty below 0.05 by chance.</p>
${othersTable(comparison)}
<h2>Wins and losses by query</h2>
${metrics.map((metric, i) => plots(comparison, metric, i))}
<h2>Largest differences in ${first!}</h2>
${extremes(comparison, first!)}
<details><summary>All ${queries.length} queries</summary>${queryTable(comparison, first!, byDifference(comparison, first!), `All queries, by their difference in ${first!}`)}</details>
</main>
</body>
</html>`}\n`
}

function meansTable({ metrics, system, baseline, means, tests }: Comparison): Html {
  const head = [
    baseline,
    system,
    'difference',
    '95 % interval',
    'p (randomisation)',
    'p (t-test)',
    'wins / losses / ties',
  ]
  const rows = metrics.map(metric => {
    const { difference, interval, randomisation, tTest, wins, losses, ties } = tests[metric]!
    const cells = [
      number(means[baseline]![metric]!),
      number(means[system]![metric]!),
      html`<span class="${tone(difference)}">${signed(difference)}</span>`,
      interval === null ? '–' : `${signed(interval[0])} to ${signed(interval[1])}`,
      pValue(randomisation.p),
      pValue(tTest.p),
      `${wins} / ${losses} / ${ties}`,
    ]
    return row(metric, cells)
  })
  return scrolling('Means and paired tests', html`${headings('metric', head)}<tbody>${rows}</tbody>`)
}

/** Other measured systems, one per row. */
function othersTable({ metrics, system, baseline, means }: Comparison): Html {
  const others = Object.keys(means).filter(name => name !== baseline && name !== system)
  if (others.length === 0) return html``
  const rows = others.map(name =>
    row(
      name,
      metrics.map(metric => number(means[name]![metric]!)),
    ),
  )
  return html`<h3>Beside them</h3>${scrolling('Means of other systems', html`${headings('system', metrics)}<tbody>${rows}</tbody>`)}`
}

function headings(first: string, others: readonly string[]): Html {
  return html`<thead><tr><th scope="col">${first}</th>${others.map(name => html`<th scope="col">${name}</th>`)}</tr></thead>`
}

function row(name: string, cells: readonly (string | Html)[]): Html {
  return html`<tr><th scope="row">${name}</th>${cells.map(cell => html`<td>${cell}</td>`)}</tr>`
}

function plots(comparison: Comparison, metric: string, i: number): Html {
  const { system, baseline, tests } = comparison
  const points = comparison.queries.map(query => point(comparison, query, metric))
  const { wins, losses, ties } = tests[metric]!
  const figures = html`<figure>${differencePlot(points, `difference-${i}`, `Difference in ${metric} by query`)}
<figcaption>Each bar is a query: ${system} minus ${baseline} in ${metric}. ${wins} wins, ${losses} losses, ${ties} ties.</figcaption></figure>
<figure>${scatterPlot(points, `scatter-${i}`, `${metric} of both, by query`, { baseline, system })}
<figcaption>Each dot is a query; above the diagonal ${system} is better.</figcaption></figure>`
  return i === 0
    ? html`<details open><summary>${metric}</summary>${figures}</details>`
    : html`<details><summary>${metric}</summary>${figures}</details>`
}

function extremes(comparison: Comparison, metric: string): Html {
  const sorted = byDifference(comparison, metric)
  const wins = sorted.filter(query => difference(comparison, query, metric) > 0).slice(0, EXTREMES)
  const losses = sorted
    .filter(query => difference(comparison, query, metric) < 0)
    .slice(-EXTREMES)
    .reverse()
  return html`<h3>Wins</h3>${wins.length === 0 ? html`<p>None.</p>` : queryTable(comparison, metric, wins, `Largest wins in ${metric}`)}
<h3>Losses</h3>${losses.length === 0 ? html`<p>None.</p>` : queryTable(comparison, metric, losses, `Largest losses in ${metric}`)}`
}

function queryTable(comparison: Comparison, metric: string, queries: readonly Measured[], label: string): Html {
  const rows = queries.map(query => {
    const { baseline, system } = point(comparison, query, metric)
    return html`<tr><th scope="row">${query.id}</th><td class="text" dir="auto">${query.text}</td><td>${number(baseline)}</td><td>${number(system)}</td><td class="${tone(system - baseline)}">${signed(system - baseline)}</td></tr>`
  })
  return scrolling(
    label,
    html`<thead><tr><th scope="col">query</th><th scope="col" class="text">text</th><th scope="col">${comparison.baseline}</th><th scope="col">${comparison.system}</th><th scope="col">difference</th></tr></thead><tbody>${rows}</tbody>`,
  )
}

/** A table that scrolls sideways, also by keyboard. */
function scrolling(label: string, table: Html): Html {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table>${table}</table></div>`
}

function byDifference(comparison: Comparison, metric: string): Measured[] {
  return comparison.queries.toSorted((a, b) => difference(comparison, b, metric) - difference(comparison, a, metric))
}

function difference({ baseline, system }: Comparison, { systems }: Measured, metric: string): number {
  return systems[system]![metric]! - systems[baseline]![metric]!
}

function point({ baseline, system }: Comparison, { id, text, systems }: Measured, metric: string): Point {
  const label = text === '' ? id : `${id}, ${text.length > 80 ? `${text.slice(0, 80)}…` : text}`
  return { label, baseline: systems[baseline]![metric]!, system: systems[system]![metric]! }
}

function tone(value: number): string {
  return value > 0 ? 'better' : value < 0 ? 'worse' : ''
}
