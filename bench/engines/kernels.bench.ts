import { cpus } from 'node:os'
import { compileLoops } from '../../build/compileKernels.js'
import { expect, test } from '../../e2e/support/test.js'
import { KERNEL_BUILDS, type KernelBuild } from '../../src/kernels/kernelBuild.js'
import { SHORT, writeResults } from '../support/results.js'
import { boundOf, type KernelRow, kernelRows } from './kernelBounds.js'
import type * as KernelTimes from './kernelTimes.js'
import { mixedTasks } from './tasks.js'

const PASSAGES = 50
const ROUNDS = SHORT ? 1 : 7

/** In one page, on its one thread: rankings whose parts are timed, and each kernel alone beside what bounds it. */
test('where the cycles of our own kernels go', async ({ page, devOrigin, browser }) => {
  const { tasks, source } = await mixedTasks()
  const lists = tasks.map(({ query, passages }) => ({ query, passages: passages.slice(0, PASSAGES) }))
  const wasm: string[] = []
  for (const build of KERNEL_BUILDS) wasm.push(Buffer.from(await compileLoops(build)).toString('base64'))
  await page.goto(`${devOrigin}/e2e/pages/blank.html`)
  const builds = await page.evaluate(
    async ({ wasm, lists, rounds }) => {
      const url = '/bench/engines/kernelTimes.ts'
      return ((await import(url)) as typeof KernelTimes).measure(wasm, lists, rounds)
    },
    { wasm, lists, rounds: ROUNDS },
  )
  const [relaxed, plain] = builds as [KernelTimes.BuildTimes, KernelTimes.BuildTimes]
  expect(relaxed.unit).toEqual(plain.unit)
  const machine = `${cpus()[0]!.model.trim()}, Chromium ${browser.version()}`
  writeResults('kernels', [
    '## Where the cycles of our own kernels go',
    '',
    `mvp-mini ranks lists of ${PASSAGES} by default, on one thread (${source}); then each kernel runs alone, on a unit of ${relaxed.unit.join(' + ')} tokens. Its time and the work of the lists give its share. Medians of ${ROUNDS} rankings and of three times as many samples of each kernel; ${machine}. \`BENCH_DATA=… npx playwright test -c bench kernels\``,
    '',
    `A bound is what the processor would take if it did nothing but the kernel's dot products, its vector instructions, its reads or its writes, whichever take longest, at the rate that a loop of nothing else reaches in WebAssembly on the same page.`,
    '',
    '| a loop of | billions a second | each cycle |',
    '|-|-|-|',
    ...peakLines(relaxed, plain),
    '',
    ...builds.flatMap((times, i) => [...shareTable(KERNEL_BUILDS[i]!, times), '']),
    '### The products, by the form of the dot product',
    '',
    'Billions of multiply-adds a second, and the share of what a loop of the same instructions reaches.',
    '',
    '| | one instruction | pairs | plain SIMD |',
    '|-|-|-|-|',
    ...(['square', 'up', 'upNear', 'down'] as const).map(name => {
      const cells = [
        rowOf(kernelRows(relaxed, 'relaxed', 'one'), name),
        rowOf(kernelRows(relaxed, 'relaxed', 'pairs'), name),
        rowOf(kernelRows(plain, 'plain', 'one'), name),
      ]
      return `| ${cells[0]!.label} | ${cells.map(row => `${rate(row)}, ${share(boundOf(row).ns, row.ns)}`).join(' | ')} |`
    }),
  ])
})

function shareTable(build: KernelBuild, times: KernelTimes.BuildTimes): string[] {
  const form = times.oneInstruction ? 'one' : 'pairs'
  const rows = kernelRows(times, build, form).filter(({ name }) => name !== 'upNear')
  const { ranking } = times
  const parts = rows.map(row => ({ row, ms: (row.ns * row.passes) / 1e6 }))
  const inKernels = parts.reduce((sum, { ms }) => sum + ms, 0)
  const rest = ranking.all - ranking.jobs - ranking.pooling - ranking.decoder
  const forms = form === 'one' ? 'dot products of one instruction' : 'dot products as pairs'
  return [
    `### ${build === 'relaxed' ? `Relaxed SIMD, ${forms}` : 'Plain SIMD'}`,
    '',
    `A list takes ${ranking.all.toFixed(0)} ms, ${ranking.jobs.toFixed(0)} of them in the encoder (${ranking.jobsWithQuery.toFixed(0)} with the query). Attention as a whole takes ${wholeAttention(times)} its parts.`,
    '',
    '| kernel | ms of a list | share | a call, µs | billions a second | its bound | reached |',
    '|-|-|-|-|-|-|-|',
    ...parts.map(({ row, ms }) => {
      const bound = boundOf(row)
      const call = row.ns / row.calls / 1000
      return `| ${row.label} | ${ms.toFixed(1)} | ${share(ms, ranking.all)} | ${call.toPrecision(3)} | ${rate(row)} ${row.counted} | ${bound.name} | ${share(bound.ns, row.ns)} |`
    }),
    ...[
      ['the rest of the encoder: copies, a few rows of the last layer', ranking.jobs - inKernels],
      [`the anchor decoder, ${ranking.decodings} times`, ranking.decoder],
      ['means of tokens, and tokens in 8 bits, in JavaScript', ranking.pooling],
      ['all else in JavaScript: tokens, late interaction, fusion, orders', rest],
    ].map(([name, ms]) => `| ${name} | ${(ms as number).toFixed(1)} | ${share(ms as number, ranking.all)} | | | | |`),
  ]
}

const rowOf = (rows: readonly KernelRow[], name: KernelRow['name']) => rows.find(row => row.name === name)!

const rate = ({ count, ns }: KernelRow) => (count / ns).toPrecision(3)

const share = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`

function wholeAttention({ one }: KernelTimes.BuildTimes): string {
  return `${(one.attention / (one.keys + one.logits + one.softmax + one.mix)).toFixed(2)} times`
}

function peakLines(relaxed: KernelTimes.BuildTimes, plain: KernelTimes.BuildTimes): string[] {
  const { peaks } = relaxed
  const line = (what: string, ns: number) =>
    `| ${what} | ${(1 / ns).toPrecision(3)} | ${(peaks.cycle / ns).toPrecision(3)} |`
  return [
    line('additions that wait for each other: the clock', peaks.cycle),
    line('relaxed dot products of one instruction, 16 multiply-adds', peaks.dot.one),
    line('relaxed dot products as pairs, 16 multiply-adds', peaks.dot.pairs),
    line('plain dot products and sums, 8 multiply-adds', plain.peaks.dot.one),
    line('vector instructions, half multiplications and half additions of floats', peaks.float),
    line('reads of a vector from the first cache', peaks.read),
    line('writes of a vector to it', peaks.write),
    line('bytes read from far away', 1 / relaxed.farBytes),
  ]
}
