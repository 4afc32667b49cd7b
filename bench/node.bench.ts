import { existsSync } from 'node:fs'
import { cpus } from 'node:os'
import { expect, test } from 'playwright/test'
import type { Reranker } from '../src/node.js'
import type { Precision } from '../src/store/manifest.js'
import { passages } from './passages.js'
import { writeResults } from './results.js'

const BUILT = '../dist/node.js'
const ROUNDS = 5
const PASSAGES = 50

const runtimes = [
  { device: 'cpu', name: 'onnxruntime-node' },
  { device: 'wasm', name: 'onnxruntime-web, WASM' },
] as const
const precisions = ['int8', 'fp32'] as const

interface Entrant {
  name: string
  precision: Precision
  reranker: Reranker
  /** CPU time of each round, in ms a pair. */
  cpu: number[]
}

/** CPU time of one thread, not the clock: it hardly depends on what else the machine does. */
test('the two runtimes of Node, on the shipped model', async () => {
  expect(existsSync('dist/node.js'), 'first run: npm run build:package').toBe(true)
  const { createReranker } = (await import(BUILT)) as typeof import('../src/node.js')
  const entrants: Entrant[] = []
  for (const { device, name } of runtimes) {
    for (const precision of precisions) {
      const reranker = await createReranker({ model: 'mvp-mini', device, precision, threads: 1 })
      entrants.push({ name, precision, reranker, cpu: [] })
    }
  }
  const list = passages(PASSAGES)
  // One round more than is counted: V8 compiles WASM twice, and the first code is slow.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { reranker, cpu } of entrants) {
      const before = process.cpuUsage()
      // Another query each round, or the vectors would come from the cache.
      await reranker.rank(`question number ${round}`, list)
      const { user, system } = process.cpuUsage(before)
      if (round > 0) cpu.push((user + system) / 1000 / PASSAGES)
    }
  }
  const { versions } = entrants[0]!.reranker.info
  const rows = entrants.map(({ name, precision, reranker, cpu }) => {
    cpu.sort((a, b) => a - b)
    const spread = `${cpu[cpu.length >> 1]!.toFixed(1)} (${cpu[0]!.toFixed(1)}–${cpu.at(-1)!.toFixed(1)})`
    const { error, tolerance } = reranker.info.verdict
    return `| ${name} | ${precision} | ${spread} | ${error.toPrecision(2)} of ${tolerance.toPrecision(2)} |`
  })
  writeResults('node', [
    '## The runtimes of Node',
    '',
    `CPU time of one thread, ms a pair: ${PASSAGES} passages, median of ${ROUNDS} rounds in turns (least to most), mvp-mini, ${cpus()[0]!.model.trim()}, ${cpus().length} cores, Node ${process.versions.node}, onnxruntime ${versions.onnxruntime}. \`npm run build:package && npx playwright test -c bench node\``,
    '',
    '| runtime | precision | CPU ms a pair | probe: error, and what is allowed |',
    '|-|-|-|-|',
    ...rows,
  ])
  for (const { reranker } of entrants) await reranker.dispose()
})
