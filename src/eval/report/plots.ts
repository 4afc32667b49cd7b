import { TIE } from '../significance.js'
import { number, signed } from '../table.js'
import { type Html, html } from './html.js'

/** A query as a plot shows it. */
export interface Point {
  label: string
  baseline: number
  system: number
}

const WIDTH = 720
/** Beyond this many queries, single bars are too thin for a tooltip. */
const HOVER_UP_TO = 400

/** Wins and losses by query: one bar per query, from the largest win to the largest loss. */
export function differencePlot(points: readonly Point[], id: string, title: string): Html {
  const height = 260
  const [left, right, top, bottom] = [76, WIDTH - 8, 14, height - 40]
  const sorted = points
    .map(point => ({ ...point, difference: point.system - point.baseline }))
    .sort((a, b) => b.difference - a.difference)
  const most = sorted.reduce((most, { difference }) => Math.max(most, Math.abs(difference)), 1e-9)
  const reach = niceReach(most)
  const middle = (top + bottom) / 2
  const y = (value: number) => middle - (value / reach) * ((bottom - top) / 2)
  const step = (right - left) / Math.max(sorted.length, 1)
  const gap = step > 4 ? 1 : 0
  const bars = sorted.map(({ label, difference, baseline, system }, i) => {
    const outcome = difference > TIE ? 'win' : difference < -TIE ? 'loss' : 'tie'
    const [from, to] = [Math.min(y(0), y(difference)), Math.max(y(0), y(difference))]
    const shape = {
      x: left + i * step,
      width: Math.max(step - gap, 0.5),
      y: from,
      height: Math.max(to - from, outcome === 'tie' ? 1 : 0.5),
    }
    return { outcome, shape, text: `${label}: ${number(baseline)} → ${number(system)} (${signed(difference)})` }
  })
  const marks =
    bars.length <= HOVER_UP_TO
      ? bars.map(
          ({ outcome, shape, text }) =>
            html`<rect class="${outcome}" x="${fixed(shape.x)}" y="${fixed(shape.y)}" width="${fixed(shape.width)}" height="${fixed(shape.height)}"><title>${text}</title></rect>`,
        )
      : ['win', 'loss', 'tie'].map(outcome => {
          const path = bars
            .filter(bar => bar.outcome === outcome)
            .map(
              ({ shape }) =>
                `M${fixed(shape.x)} ${fixed(shape.y)}h${fixed(shape.width)}v${fixed(shape.height)}h${fixed(-shape.width)}z`,
            )
          return html`<path class="${outcome}" d="${path.join('')}"/>`
        })
  const ticks = [-reach, -reach / 2, 0, reach / 2, reach].map(
    value => html`<line class="${value === 0 ? 'axis' : 'grid'}" x1="${left}" x2="${right}" y1="${fixed(y(value))}" y2="${fixed(y(value))}"/>
<text x="${left - 6}" y="${fixed(y(value) + 4)}" text-anchor="end">${value === 0 ? '0' : signed(value).replace(/\.?0+$/, '')}</text>`,
  )
  const counts = (['win', 'loss', 'tie'] as const).map(outcome => bars.filter(bar => bar.outcome === outcome).length)
  const description = `${counts[0]} queries better, ${counts[1]} worse, ${counts[2]} equal. ${bars.length === 0 ? '' : `From ${signed(sorted[0]!.difference)} to ${signed(sorted.at(-1)!.difference)}.`}`
  return html`<svg class="wide" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="${id}-title ${id}-text">
<title id="${id}-title">${title}</title><desc id="${id}-text">${description}</desc>
${ticks}${marks}
<text x="${left}" y="${height - 10}">best for the system</text><text x="${right}" y="${height - 10}" text-anchor="end">best for the baseline</text>
</svg>`
}

/** A scatter plot of both systems' values by query; above the diagonal the system is better. */
export function scatterPlot(
  points: readonly Point[],
  id: string,
  title: string,
  axes: { baseline: string; system: string },
): Html {
  const size = 340
  const [left, right, top, bottom] = [44, size - 12, 12, size - 40]
  const x = (value: number) => left + value * (right - left)
  const y = (value: number) => bottom - value * (bottom - top)
  const marks = points.map(({ label, baseline, system }) => {
    const outcome = system - baseline > TIE ? 'win' : system - baseline < -TIE ? 'loss' : 'tie'
    const tip =
      points.length <= HOVER_UP_TO
        ? html`<title>${`${label}: ${number(baseline)} → ${number(system)}`}</title>`
        : html``
    return html`<circle class="${outcome}" cx="${fixed(x(baseline))}" cy="${fixed(y(system))}" r="3.5">${tip}</circle>`
  })
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    value => html`<line class="grid" x1="${left}" x2="${right}" y1="${fixed(y(value))}" y2="${fixed(y(value))}"/>
<line class="grid" y1="${top}" y2="${bottom}" x1="${fixed(x(value))}" x2="${fixed(x(value))}"/>
<text x="${left - 6}" y="${fixed(y(value) + 4)}" text-anchor="end">${value}</text><text x="${fixed(x(value))}" y="${bottom + 16}" text-anchor="middle">${value}</text>`,
  )
  const above = points.filter(({ baseline, system }) => system - baseline > TIE).length
  return html`<svg class="square" viewBox="0 0 ${size} ${size}" role="img" aria-labelledby="${id}-title ${id}-text">
<title id="${id}-title">${title}</title><desc id="${id}-text">${above} of ${points.length} queries lie above the diagonal, where ${axes.system} is better.</desc>
${ticks}<line class="axis" x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}"/>${marks}
<text x="${(left + right) / 2}" y="${size - 6}" text-anchor="middle">${axes.baseline}</text>
<text transform="translate(12 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">${axes.system}</text>
</svg>`
}

function fixed(value: number): string {
  return String(Math.round(value * 100) / 100)
}

/** The smallest of 0.1, 0.2, 0.5, 1 … that is not below the value. */
function niceReach(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 5, 10].map(step => step * power).find(reach => reach >= value * 0.999)!
}
