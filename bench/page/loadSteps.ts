import { startServer, type TestServer } from '../../e2e/support/server.js'
import type * as Library from '../../src/index.js'

export const RUNTIMES = ['onnxruntime', 'kernels'] as const

export const STEPS = [
  'the files are read and proven',
  'the runtime has started',
  'the model is built: the probe is asked',
  'the model is loaded',
  'a query is embedded, its tokens too: the second list',
  'the first ranking of 10 passages, a provisional one',
  'the ranking of 10 passages',
]

/** Serves the built library, as hosts send files whose names have hashes, the models and an empty page. */
export const serveFiles = (): Promise<TestServer> =>
  startServer({
    roots: [
      { prefix: '/dist/', folder: 'dist' },
      { prefix: '/models/', folder: 'public/models' },
      { prefix: '/', folder: 'e2e/pages' },
    ],
    headers: path => (path.startsWith('/dist/') ? { 'Cache-Control': 'max-age=3600' } : {}),
  })

/** Loads mvp-mini in a page, embeds and ranks. Sees nothing but its argument. @returns ms until each of `STEPS` */
export async function loadAndRank({
  list,
  steps,
  runtime,
}: {
  list: string[]
  steps: number
  runtime: (typeof RUNTIMES)[number]
}): Promise<number[]> {
  const url = '/dist/index.js'
  const { createReranker } = (await import(url)) as typeof Library
  const start = performance.now()
  const times: number[] = []
  const mark = (step: number) => {
    times[step] ??= performance.now() - start
  }
  const reranker = await createReranker({
    runtime,
    device: 'wasm',
    onProgress: ({ phase, loaded }) => {
      if (phase === 'load') mark(loaded === 0 ? 0 : 1)
      if (phase === 'check') mark(2)
    },
  })
  mark(3)
  const query = 'which question is this?'
  await reranker.embed([query], { tokens: true, prompt: 'query' })
  mark(4)
  await reranker.rank(query, list, { onPartial: () => mark(5) })
  mark(6)
  await reranker.dispose()
  return Array.from({ length: steps }, (_, step) => times[step] ?? Number.NaN)
}

/** Rows of a table: for each step, the median (least to most) of each list of visits, in seconds. */
export function stepRows(lists: readonly number[][][]): string[] {
  const cell = (visits: number[][], step: number) => {
    const values = visits.map(times => times[step]!).sort((a, b) => a - b)
    const show = (ms: number) => (ms / 1000).toFixed(2)
    return `${show(values[values.length >> 1]!)} (${show(values[0]!)}–${show(values.at(-1)!)})`
  }
  return STEPS.map((name, step) => `| ${name} | ${lists.map(visits => cell(visits, step)).join(' | ')} |`)
}
