import { draw } from '../plot.js'
import { type MemoryPoint, meanQuality, median, type QueryResult } from './benchRun.js'

const common = (width: number) => ({
  width,
  height: 220,
  marginLeft: 44,
  marginBottom: 36,
  marginTop: 28,
  marginRight: 12,
})

const faint = 'var(--line-strong)'
const strong = 'var(--accent)'

/** A dot for each query, and their median. */
export function drawSpeed(results: readonly QueryResult[], total: number, width: number): Promise<SVGSVGElement> {
  const rates = results.map(({ pairsPerSecond }, i) => ({ query: i + 1, rate: pairsPerSecond }))
  return draw(plot => ({
    ...common(width),
    ariaLabel: 'Pairs per second, query by query',
    x: { domain: Array.from({ length: total }, (_, i) => i + 1), type: 'point', label: 'query', padding: 0.5 },
    y: { zero: true, nice: true, label: '↑ pairs/s', domain: rates.length ? undefined! : [0, 1], ticks: 5 },
    marks: [
      plot.gridY({ stroke: 'var(--line)', strokeOpacity: 1 }),
      plot.ruleY([0], { stroke: faint }),
      plot.ruleX(rates, { x: 'query', y: 'rate', stroke: 'var(--line)' }),
      plot.dot(rates, { x: 'query', y: 'rate', r: 5, fill: strong }),
      plot.ruleY(rates.length ? [median(rates.map(({ rate }) => rate))] : [], {
        stroke: strong,
        strokeDasharray: '4 3',
      }),
    ],
  }))
}

/** nDCG@10 while the model reads: a step line for each query, and their mean. */
export function drawQuality(results: readonly QueryResult[], width: number): Promise<SVGSVGElement> {
  const steps = results.flatMap(({ quality }, query) =>
    quality.map(({ ms, ndcg }) => ({ query, seconds: ms / 1000, ndcg })),
  )
  const curve = meanQuality(results).map(({ ms, ndcg }) => ({ seconds: ms / 1000, ndcg }))
  return draw(plot => ({
    ...common(width),
    ariaLabel: 'Quality over time',
    x: { label: 'seconds →', domain: curve.length ? undefined! : [0, 1], ticks: Math.max(3, width / 90) },
    y: { domain: [0, 1], label: '↑ nDCG@10', ticks: 5 },
    marks: [
      plot.gridY({ stroke: 'var(--line)', strokeOpacity: 1 }),
      plot.ruleY([0], { stroke: faint }),
      plot.line(steps, { x: 'seconds', y: 'ndcg', z: 'query', curve: 'step-after', stroke: faint, strokeOpacity: 0.5 }),
      plot.line(curve, { x: 'seconds', y: 'ndcg', curve: 'step-after', stroke: strong, strokeWidth: 2.5 }),
      plot.ruleY(curve.slice(0, 1), { y: 'ndcg', stroke: 'var(--ink-soft)', strokeDasharray: '2 3' }),
      plot.text(curve.slice(0, 1), {
        y: 'ndcg',
        frameAnchor: 'right',
        dy: -8,
        text: () => 'words alone',
        fill: 'var(--ink-soft)',
        // Readable over the lines that cross it.
        stroke: 'var(--surface)',
        strokeWidth: 5,
      }),
    ],
  }))
}

/**
 * Memory of the page, its workers and WebAssembly, where the browser reports it.
 * @param waiting whether the browser has not answered yet
 */
export function drawMemory(
  points: readonly MemoryPoint[],
  total: number,
  width: number,
  waiting: boolean,
): Promise<SVGSVGElement> {
  const megabytes = points.map(({ queries, bytes }) => ({ queries, mb: bytes / 1e6 }))
  return draw(plot => ({
    ...common(width),
    ariaLabel: 'Memory after each query',
    x: { domain: [0, total], label: 'queries →', ticks: Math.min(total, 10) },
    y: { zero: true, nice: true, label: '↑ MB', domain: points.length ? undefined! : [0, 1], ticks: 5 },
    marks: [
      plot.gridY({ stroke: 'var(--line)', strokeOpacity: 1 }),
      plot.ruleY([0], { stroke: faint }),
      plot.line(megabytes, { x: 'queries', y: 'mb', stroke: strong, strokeWidth: 2 }),
      plot.dot(megabytes, { x: 'queries', y: 'mb', r: 4, fill: strong }),
      plot.text(waiting && points.length === 0 ? ['The browser has not told yet'] : [], {
        frameAnchor: 'middle',
        text: text => text,
        fontSize: 13,
        fill: 'var(--ink-soft)',
      }),
    ],
  }))
}
