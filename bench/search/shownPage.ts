import * as Plot from '@observablehq/plot'
import { standalone } from '../support/standalone.js'

export interface Curve {
  set: string
  /** With token codes, or without. */
  chain: string
  points: { ms: number; ndcg: number }[]
}

/** Of the chains. */
const COLOURS = ['#3b82f6', '#d97706']

/** The curves as SVG, a panel for each set, readable on light and dark pages. */
export function plot(curves: readonly Curve[]): string {
  const grey = '#7d8590'
  const points = curves.flatMap(({ set, chain, points }) => points.map(point => ({ set, chain, ...point })))
  const chains = [...new Set(curves.map(({ chain }) => chain))]
  const figure = Plot.plot({
    width: 900,
    height: 320,
    marginRight: 20,
    style: { background: 'none', color: grey, fontSize: '12px' },
    x: { label: 'milliseconds after the key →', grid: true, ticks: 5 },
    y: { label: '↑ nDCG@10', grid: true, nice: true },
    fx: { label: null, domain: [...new Set(curves.map(({ set }) => set))] },
    marks: [
      Plot.line(points, {
        x: 'ms',
        y: 'ndcg',
        fx: 'set',
        z: 'chain',
        stroke: ({ chain }: { chain: string }) => COLOURS[chains.indexOf(chain)]!,
        strokeWidth: 2.5,
        curve: 'step-after',
      }),
      ...chains.map((own, i) =>
        Plot.text(
          curves
            .filter(({ chain }) => chain === own)
            .map(({ set, chain, points }) => ({ set, chain, ...points.at(-1)! })),
          {
            x: 'ms',
            y: 'ndcg',
            fx: 'set',
            text: 'chain',
            textAnchor: 'end',
            dy: i === 0 ? -10 : 12,
            fill: COLOURS[i]!,
          },
        ),
      ),
    ],
  })
  return standalone(figure as Element, 'nDCG@10 of what is shown, by milliseconds after the key')
}
