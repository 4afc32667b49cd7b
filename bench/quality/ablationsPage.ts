import * as Plot from '@observablehq/plot'
import { standalone } from '../support/standalone.js'

/** Difference in points of nDCG@10 to the first of the group. */
export interface Row {
  set: string
  group: string
  name: string
  ndcg: number
  points: number
}

/** Differences to the whole, a column a set, as SVG, readable on light and dark pages. */
export function plot(rows: readonly Row[]): string {
  const grey = '#7d8590'
  const wholes = new Set(rows.map(({ group }) => rows.find(row => row.group === group)!.name))
  const parts = rows.filter(({ name }) => !wholes.has(name)).map(row => ({ ...row, what: `${row.group}: ${row.name}` }))
  const names = [...new Set(parts.map(({ what }) => what))]
  const figure = Plot.plot({
    width: 1080,
    height: 80 + 20 * names.length,
    marginLeft: 330,
    marginTop: 40,
    style: { background: 'none', color: grey, fontSize: '12px' },
    x: { label: 'points of nDCG@10, against the whole →', grid: true, nice: true },
    y: { label: null, domain: names, grid: true },
    fx: { label: null, domain: [...new Set(parts.map(({ set }) => set))] },
    marks: [
      Plot.ruleX([0], { stroke: grey }),
      Plot.ruleY(parts, { x1: 0, x2: 'points', y: 'what', fx: 'set', stroke: '#3b82f6', strokeWidth: 2 }),
      Plot.dot(parts, { x: 'points', y: 'what', fx: 'set', fill: '#3b82f6', r: 4 }),
    ],
  })
  return standalone(figure, 'What each part of the model gives: differences of nDCG@10')
}
