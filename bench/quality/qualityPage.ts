import * as Plot from '@observablehq/plot'
import { createReranker } from '../../src/index.js'
import { peer, type Task } from '../engines/engines.js'
import { standalone } from '../support/standalone.js'

/** The passages ranked so far, best first, by their places in the list, `ms` after the call. */
export interface Moment {
  ms: number
  order: number[]
}

export interface Watched {
  /** Of each task, the last one exact. */
  ours: Moment[][]
  /** How long transformers.js took for each, with nothing to show before its end. */
  theirs: { defaults: number[]; best: number[] }
}

/** Lets both engines rank in turns; the first task warms up and is not told. */
export async function watch(threads: number, tasks: Task[]): Promise<Watched> {
  const reranker = await createReranker({ model: '/models/mvp-mini/', device: 'wasm', threads })
  const peers = {
    defaults: await peer(threads, { dtype: 'q8', best: false }),
    best: await peer(threads, { dtype: 'q8', best: true }),
  }
  const watched: Watched = { ours: [], theirs: { defaults: [], best: [] } }
  for (const [round, task] of tasks.entries()) {
    const moments: Moment[] = []
    const start = performance.now()
    const note = ({ results }: { results: { index: number }[] }) =>
      moments.push({ ms: performance.now() - start, order: results.map(({ index }) => index) })
    note(await reranker.rank(task.query, task.passages, { onPartial: note }))
    if (round > 0) watched.ours.push(moments)
    for (const how of ['defaults', 'best'] as const) {
      const start = performance.now()
      await peers[how].score(task)
      if (round > 0) watched.theirs[how].push(performance.now() - start)
    }
  }
  await reranker.dispose()
  return watched
}

export interface Curve {
  points: { ms: number; ndcg: number }[]
  firstStage: number
  ends: { ms: number; text: string }[]
}

/** The curve as SVG, readable on light and dark pages. */
export function plot({ points, firstStage, ends }: Curve): string {
  const grey = '#7d8590'
  const figure = Plot.plot({
    width: 720,
    height: 320,
    marginRight: 20,
    style: { background: 'none', color: grey, fontSize: '12px' },
    x: { label: 'milliseconds after the call →', grid: true },
    y: { label: '↑ nDCG@10', grid: true, nice: true },
    marks: [
      Plot.ruleY([firstStage], { stroke: grey, strokeDasharray: '4 3' }),
      Plot.text([{ y: firstStage, text: 'first stage (BM25)' }], {
        y: 'y',
        text: 'text',
        frameAnchor: 'right',
        dy: 9,
        fill: grey,
      }),
      Plot.ruleX(ends, { x: 'ms', stroke: '#d97706' }),
      Plot.text(ends, {
        x: 'ms',
        text: 'text',
        frameAnchor: 'middle',
        textAnchor: 'end',
        dx: -5,
        fill: '#d97706',
      }),
      Plot.line(points, { x: 'ms', y: 'ndcg', stroke: '#3b82f6', strokeWidth: 2.5 }),
    ],
  })
  return standalone(figure, 'nDCG@10 of what is shown, by milliseconds after the call')
}
