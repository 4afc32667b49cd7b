import { draw } from './plot.js'
import type { ViewScores } from './viewScores.js'

/**
 * Draws one strip for each view and one for their mean, with a dot for each passage, further right for a higher score.
 * A line joins the dots of the chosen passage.
 * @param width of the figure, in CSS pixels
 */
export function drawViews(
  list: readonly ViewScores[],
  chosen: number | undefined,
  width: number,
): Promise<SVGSVGElement> {
  const views = list[0]?.scores.length ?? 0
  const strips = [...Array.from({ length: views }, (_, k) => `View ${k + 1}`), 'Mean']
  const dots = list.flatMap(({ place, offsets, offset }) =>
    [...offsets, offset].map((x, k) => ({ x, strip: strips[k]!, place })),
  )
  const isChosen = (dot: { place: number }) => dot.place === chosen
  return draw(plot => ({
    width,
    height: 64 + 56 * strips.length,
    marginLeft: 56,
    marginRight: 16,
    marginTop: 8,
    marginBottom: 40,
    ariaLabel: 'Scores of the passages in each view',
    ariaDescription: 'The table below has the same numbers.',
    x: {
      label: 'score, from the mean of the view →',
      labelAnchor: 'right',
      nice: true,
      ticks: Math.max(4, width / 110),
    },
    y: { type: 'point', domain: strips, label: null, padding: 0.6 },
    marks: [
      plot.gridX({ stroke: 'var(--line)', strokeOpacity: 1 }),
      plot.ruleY(strips, { stroke: 'var(--line)' }),
      plot.ruleX([0], { stroke: 'var(--line-strong)', strokeDasharray: '2 3' }),
      plot.line(dots.filter(isChosen), { x: 'x', y: 'strip', stroke: 'var(--accent)', strokeWidth: 2 }),
      plot.dot(
        dots.filter(dot => !isChosen(dot)),
        { x: 'x', y: 'strip', r: 6, fill: 'var(--paper)', stroke: 'var(--ink-soft)', strokeWidth: 1.25 },
      ),
      plot.dot(dots.filter(isChosen), { x: 'x', y: 'strip', r: 10, fill: 'var(--accent)' }),
      plot.text(dots.filter(isChosen), {
        x: 'x',
        y: 'strip',
        text: dot => String(dot.place + 1),
        fill: 'var(--accent-ink)',
        fontWeight: 650,
        fontSize: 11,
      }),
    ],
  }))
}
