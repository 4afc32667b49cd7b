import { existsSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import type { Page } from 'playwright/test'
import { expect, test } from '../../e2e/support/test.js'
import { convert } from '../../models/convert/convert.js'
import { kendallTau } from '../../models/convert/kendall.js'
import type { RankOptions } from '../../src/api/ranking.js'
import { writeResults } from '../support/results.js'
import type * as Engines from './engines.js'
import { passages } from './passages.js'
import { fixedTasks, mixedTasks, ROUNDS } from './tasks.js'

const PEER = 'bench/peer'
const THREADS = [1, 2]

/** What the name of an entrant adds for its runtime. */
const OWN = { onnxruntime: '', kernels: ', our own kernels' }

const defaults = {
  engine: 'transformers.js',
  name: 'transformers.js q8 at its defaults: one call',
  dtype: 'q8',
  best: false,
} as const
const best = {
  engine: 'transformers.js',
  name: 'transformers.js q8 at its best: sorted by length, batches of 16',
  dtype: 'q8',
  best: true,
} as const
/** `make_litert.py` says how to have it. */
const LITERT = 'node_modules/@litertjs/core/package.json'
const liteRt =
  existsSync(`${PEER}/litert/q8.tflite`) && existsSync(LITERT)
    ? [
        {
          engine: 'LiteRT.js',
          name: `LiteRT.js ${JSON.parse(readFileSync(LITERT, 'utf8')).version} q8: passage by passage, padded to 12 lengths`,
          dtype: 'q8',
        } as const,
      ]
    : []
if (liteRt.length === 0) console.log('LiteRT.js is left out: bench/engines/make_litert.py says how to have it.')
const converted = (dtype: string, runtime: 'onnxruntime' | 'kernels' = 'onnxruntime') =>
  ({ engine: 'mvp-rerank', name: `mvp-rerank ${dtype}${OWN[runtime]}`, model: `/${PEER}/${dtype}/`, runtime }) as const
const shipped = (
  name: string,
  options: RankOptions = {},
  { seen = false, runtime = 'onnxruntime' }: { seen?: boolean; runtime?: 'onnxruntime' | 'kernels' } = {},
) =>
  ({
    engine: 'mvp-rerank',
    name: `mvp-mini ${name}${OWN[runtime]}`,
    model: '/models/mvp-mini/',
    options,
    seen,
    runtime,
  }) as const

test.beforeAll(async () => {
  expect(
    existsSync(`${PEER}/onnx/model.onnx`),
    `first: python bench/engines/make_peer.py public/models/mvp-mini ${PEER}`,
  ).toBe(true)
  for (const dtype of ['q8', 'q4', 'fp32'] as const) {
    if (!existsSync(`${PEER}/${dtype}`))
      await convert(PEER, { out: `${PEER}/${dtype}`, dtype, license: 'none: random' })
  }
})

test('one cross-encoder in both engines: the same scores, and how fast', async ({ page, devOrigin, browser }) => {
  const { tasks, source } = await mixedTasks()
  const exact = [converted('fp32'), { ...defaults, dtype: 'fp32' }, { ...best, dtype: 'fp32' }] as const
  const once = [{ query: 'which question is this?', passages: passages(16, 7) }]
  const [ours, ...others] = await measure(page, devOrigin, 2, [...exact], once)
  const spread = Math.max(...ours!.scores) - Math.min(...ours!.scores)
  const differences = others.flatMap(({ scores }) => scores.map((score, i) => Math.abs(score - ours!.scores[i]!)))
  expect(Math.max(...differences)).toBeLessThan(1e-3)
  const rows = await compare(
    page,
    devOrigin,
    [converted('q8'), converted('q8', 'kernels'), converted('q4'), defaults, best, ...liteRt],
    tasks,
  )
  writeResults('same-weights', [
    '## The same cross-encoder in both engines, on WASM',
    '',
    `MiniLM-L6's shape with random weights (speed does not depend on them), made and quantized for transformers.js by \`bench/engines/make_peer.py\` and for this engine by \`convert\`. In fp32 the scores differ by at most ${Math.max(...differences).toExponential(1)}, of a spread of ${spread.toFixed(1)}; in q8 each engine rounds activations in its own way. ${described(source, browser.version())} -g "one cross-encoder"\``,
    '',
    ...table(rows),
  ])
})

test('the shipped model, in each of its ways', async ({ page, devOrigin, browser }) => {
  const { tasks, source } = await mixedTasks()
  const rows = await compare(
    page,
    devOrigin,
    [
      shipped('by default: fused, texts embedded on first sight'),
      shipped('by default: fused, texts embedded on first sight', {}, { runtime: 'kernels' }),
      shipped('by default, its texts embedded for an earlier query', {}, { seen: true }),
      shipped('scores alone', { fusion: false }),
      shipped('scores alone', { fusion: false }, { runtime: 'kernels' }),
      shipped('scores alone, 4 layers', { fusion: false, depth: 4 }),
      shipped('scores alone, 2 layers', { fusion: false, depth: 2 }),
      shipped('scores alone, cascade', { fusion: false, depth: 'cascade' }),
      shipped('fused, cascade', { depth: 'cascade' }),
      defaults,
    ],
    tasks,
  )
  writeResults('shipped', [
    '## The shipped model beside a cross-encoder in transformers.js',
    '',
    `${described(source, browser.version())} -g "the shipped model"\``,
    '',
    ...table(rows),
  ])
})

test('prompts of one length', async ({ page, devOrigin, browser }) => {
  const rows = await compare(
    page,
    devOrigin,
    [converted('q8'), converted('q8', 'kernels'), defaults, best, ...liteRt],
    fixedTasks(),
  )
  writeResults('fixed', [
    '## Prompts of 128 tokens, the same cross-encoder',
    '',
    `Here nobody can save padding. ${described('lists of 100 made-up passages', browser.version())} -g "prompts of one length"\``,
    '',
    ...table(rows),
  ])
})

async function measure(
  page: Page,
  origin: string,
  threads: number,
  entrants: Engines.Entrant[],
  tasks: Engines.Task[],
) {
  page.removeAllListeners('console')
  page.on('console', message => console.log(message.text()))
  // A fresh page: onnxruntime's threads are fixed once it has started.
  await page.goto(`${origin}/e2e/pages/blank.html`)
  return page.evaluate(
    async ({ threads, entrants, tasks }) => {
      const url = '/bench/engines/engines.ts'
      return ((await import(url)) as typeof Engines).measure(threads, entrants, tasks)
    },
    { threads, entrants, tasks },
  )
}

interface Row {
  name: string
  threads: number
  /** Pairs a second, by round. */
  rates: number[]
  /** Times as long as the first entrant, of rounds taken in turns: both met the same moods of the machine. */
  ratios: number[]
  /** With the order of the first entrant. */
  tau: number
}

async function compare(page: Page, origin: string, entrants: Engines.Entrant[], tasks: Engines.Task[]): Promise<Row[]> {
  const rows: Row[] = []
  for (const threads of THREADS) {
    const all = await measure(page, origin, threads, entrants, tasks)
    for (const { name, ms, scores } of all) {
      rows.push({
        name,
        threads,
        rates: ms.map((value, round) => (tasks[round + 1]!.passages.length * 1000) / value),
        ratios: ms.map((value, round) => value / all[0]!.ms[round]!),
        tau: kendallTau(all[0]!.scores, scores),
      })
    }
  }
  return rows
}

const table = (rows: readonly Row[]) => [
  '| engine | threads | pairs a second | times as long as the first | τ with its order |',
  '|-|-|-|-|-|',
  ...rows.map(
    ({ name, threads, rates, ratios, tau }) =>
      `| ${name} | ${threads} | ${spread(rates, 1)} | ${spread(ratios, 2)} | ${tau.toFixed(3)} |`,
  ),
]

/** The median, least and greatest. */
function spread(values: readonly number[], digits: number): string {
  const [least, median, greatest] = [0, values.length >> 1, values.length - 1].map(at =>
    [...values].sort((a, b) => a - b)[at]!.toFixed(digits),
  )
  return `${median} (${least}–${greatest})`
}

const described = (source: string, version: string) =>
  `${source}; ${ROUNDS} rounds in turns, each of another query: medians (least to greatest). ${cpus()[0]!.model.trim()}, ${cpus().length} cores, Chromium ${version}, onnxruntime-web 1.30.0, transformers.js 4.3.1. \`BENCH_DATA=… npx playwright test -c bench engines`
