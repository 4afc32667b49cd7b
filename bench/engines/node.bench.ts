import { existsSync } from 'node:fs'
import { cpus } from 'node:os'
import { expect, test } from 'playwright/test'
import type { Precision } from '../../src/api/models.js'
import type { Reranker } from '../../src/node.js'
import { writeResults } from '../support/results.js'
import { builtPackage } from '../support/shippedReranker.js'
import { passages } from './passages.js'

const ROUNDS = 5
const PASSAGES = 50

const runtimes = [
  { device: 'cpu', runtime: 'onnxruntime', name: 'onnxruntime-node', precisions: ['int8', 'fp32'] },
  { device: 'wasm', runtime: 'onnxruntime', name: 'onnxruntime-web, WASM', precisions: ['int8', 'fp32'] },
  { device: 'wasm', runtime: 'kernels', name: 'our own kernels, WASM', precisions: ['int8'] },
] as const

interface Entrant {
  name: string
  precision: Precision
  /** On one thread, and on all cores. */
  alone: Reranker
  together: Reranker
  /** Of each round, in ms a pair: CPU time of the one, by the clock for the other. */
  cpu: number[]
  clock: number[]
}

/**
 * CPU time of one thread hardly depends on what else the machine does; the clock does, and tells whether threads wait
 * for each other.
 */
test('the runtimes of Node, on the shipped model', async () => {
  expect(existsSync('dist/node.js'), 'first run: npm run build:package').toBe(true)
  const { createReranker } = await builtPackage()
  const entrants: Entrant[] = []
  for (const { device, runtime, name, precisions } of runtimes) {
    for (const precision of precisions) {
      const options = { model: 'mvp-mini', device, runtime, precision }
      const [alone, together] = await Promise.all(
        ([1, 'auto'] as const).map(threads => createReranker({ ...options, threads })),
      )
      entrants.push({ name, precision, alone: alone!, together: together!, cpu: [], clock: [] })
    }
  }
  const list = passages(PASSAGES)
  // One round more than is counted: V8 compiles WASM twice, and the first code is slow.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { alone, together, cpu, clock } of entrants) {
      const before = process.cpuUsage()
      // Another query each round, or the vectors would come from the cache.
      await alone.rank(`question number ${round}`, list)
      const { user, system } = process.cpuUsage(before)
      const start = performance.now()
      await together.rank(`question number ${round}`, list)
      if (round === 0) continue
      cpu.push((user + system) / 1000 / PASSAGES)
      clock.push((performance.now() - start) / PASSAGES)
    }
  }
  const { versions } = entrants[0]!.alone.info
  const rows = entrants.map(({ name, precision, alone, cpu, clock }) => {
    const { error, tolerance } = alone.info.verdict
    return `| ${name} | ${precision} | ${spread(cpu)} | ${spread(clock)} | ${error.toPrecision(2)} of ${tolerance.toPrecision(2)} |`
  })
  writeResults('node', [
    '## The runtimes of Node',
    '',
    `CPU time of one thread, and by the clock on all cores, ms a pair: ${PASSAGES} passages, median of ${ROUNDS} rounds in turns (least to most), mvp-mini, ${cpus()[0]!.model.trim()}, ${cpus().length} cores, Node ${process.versions.node}, onnxruntime ${versions.onnxruntime}. \`npm run build:package && npx playwright test -c bench node\``,
    '',
    '| runtime | precision | CPU ms a pair, one thread | ms a pair, all cores | probe: error, and what is allowed |',
    '|-|-|-|-|-|',
    ...rows,
  ])
  for (const { alone, together } of entrants) await Promise.all([alone.dispose(), together.dispose()])
})

function spread(values: number[]): string {
  const [least, ...rest] = values.sort((a, b) => a - b)
  return `${values[values.length >> 1]!.toFixed(1)} (${least!.toFixed(1)}–${rest.at(-1)!.toFixed(1)})`
}
