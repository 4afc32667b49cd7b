import { readdirSync, readFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { chromium } from 'playwright/test'
import { launchOptions } from '../../e2e/support/chromium.js'
import { withFaults } from '../../e2e/support/faults.js'
import { openLibrary } from '../../e2e/support/page.js'
import { startServer } from '../../e2e/support/server.js'
import { test } from '../../e2e/support/test.js'
import { eagerly, offerMemory } from '../../e2e/support/workerMemory.js'
import { SHORT, writeResults } from '../support/results.js'

const ROUNDS = SHORT ? 2 : Number(process.env.BENCH_ROUNDS ?? 5)
/** One on a busy machine: threads that wait for each other spend CPU time. */
const THREADS: 'auto' | number = Number(process.env.BENCH_THREADS ?? 0) || 'auto'
/** Bytes a second: a first visit's onnxruntime is there before the model. */
const RATE = 8e6
/** As the element asks, at most. */
const CANDIDATES = 50
const HEAD = 16
const QUERY = 'how do I keep a list from moving under the pointer'
/** Of a tick of the kernel's clock. */
const TICK_MS = 10
const STEPS = [
  'the model is loaded',
  'the query is embedded, with its tokens',
  'the second list, by words and embeddings',
  'the order at once, by late interaction too',
  'the final order, 16 read by the model',
  'another query: its order at once',
  'and its final order',
] as const

/** CPU time of all processes that this one has started, in ms. */
function cpuOfChildren(): number {
  const processes = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(pid => {
      try {
        const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ')
        return [{ pid: Number(pid), parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) }]
      } catch {
        return []
      }
    })
  const isOurs = (pid: number): boolean => {
    const parent = processes.find(process => process.pid === pid)?.parent
    return parent !== undefined && (parent === process.pid || isOurs(parent))
  }
  return TICK_MS * processes.filter(({ pid }) => isOurs(pid)).reduce((sum, { ticks }) => sum + ticks, 0)
}

test('from the bytes of the model to the second list, and the memory of all', async () => {
  test.setTimeout(0)
  const server = await startServer({
    roots: [
      { prefix: '/dist/', folder: 'dist' },
      { prefix: '/models/', folder: 'public/models' },
      { prefix: '/search/', folder: 'public/search' },
      { prefix: '/', folder: 'e2e/pages' },
    ],
  })
  const visits: { times: number[]; cpu: number[]; memory: { all: number; workers: number } }[] = []
  let version = ''
  for (let round = 0; round < ROUNDS; round++) {
    // A browser that has nothing, not even compiled code.
    const browser = await chromium.launch(eagerly(launchOptions(false)))
    version = browser.version()
    const page = await browser.newPage()
    await page.exposeFunction('cpuOfChildren', cpuOfChildren)
    await offerMemory(page)
    await openLibrary(page, `${server.origin}/blank.html`)
    const model = server.origin + withFaults('/models/mvp-mini/', { rate: RATE, only: '.safetensors' })
    visits.push(
      await page.evaluate(
        async ({ model, query, limit, head, threads }) => {
          const { createReranker, openSearch, asPassage, siteFusion } = window.library
          const cpuOf = (window as unknown as { cpuOfChildren(): Promise<number> }).cpuOfChildren
          const search = await openSearch({ src: '/search/' })
          await search.query(query, { limit })
          let begin = 0
          let cpuBegin: Promise<number> | undefined
          const reranker = await createReranker({
            model,
            device: 'wasm',
            threads,
            onProgress: ({ phase, loaded, total }) => {
              if (phase !== 'download' || loaded < total || begin > 0) return
              begin = performance.now()
              cpuBegin = cpuOf()
            },
          })
          const times: number[] = []
          const cpu: number[] = []
          const mark = async () => {
            times.push(performance.now() - begin)
            cpu.push((await cpuOf()) - (await cpuBegin)!)
          }
          await mark()
          const [vector] = await reranker.embed([query], { tokens: true, prompt: 'query' })
          await mark()
          let { candidates } = await search.query(query, { limit, vector: vector! })
          await mark()
          while (candidates[0]!.semantic!.lateInteraction === undefined) {
            await new Promise(resolve => setTimeout(resolve, 5))
            candidates = (await search.query(query, { limit, vector: vector! })).candidates
          }
          await mark()
          const read = (query: string) =>
            reranker.rank(query, candidates.slice(0, head).map(asPassage), { fusion: siteFusion(reranker.info) })
          await read(query)
          await mark()
          begin = performance.now()
          cpuBegin = cpuOf()
          await cpuBegin
          begin = performance.now()
          const next = 'what happens when the GPU is lost'
          await search.query(next, { limit })
          const [second] = await reranker.embed([next], { tokens: true, prompt: 'query' })
          candidates = (await search.query(next, { limit, vector: second! })).candidates
          await mark()
          await read(next)
          await mark()
          return { times, cpu, memory: await window.memory() }
        },
        { model, query: QUERY, limit: CANDIDATES, head: HEAD, threads: THREADS },
      ),
    )
    await browser.close()
  }
  await server.close()
  const spread = (values: readonly number[]) => {
    const sorted = values.toSorted((a, b) => a - b)
    return `${sorted[sorted.length >> 1]!.toFixed(0)} (${sorted[0]!.toFixed(0)}–${sorted.at(-1)!.toFixed(0)})`
  }
  const row = (name: string, step: number) =>
    `| ${name} | ${spread(visits.map(({ times }) => times[step]!))} | ${spread(visits.map(({ cpu }) => cpu[step]!))} |`
  const mb = (of: 'all' | 'workers') => spread(visits.map(({ memory }) => memory[of] / 1e6))
  writeResults('secondList', [
    '## From the bytes of the model to the second list',
    '',
    `First visits, the model mvp-mini q8 at ${RATE / 1e6} MB a second, on WASM with ${THREADS === 'auto' ? 'all cores' : `${THREADS} thread`}, the demo's index opened before; ms from the last byte of the model on, by the clock and in CPU time of the whole browser; median of ${ROUNDS} visits (least to most). ${cpus()[0]!.model.trim()}, ${cpus().length} cores with a load of ${loadavg()[0]!.toFixed(0)} besides, Chromium ${version}. \`npm run build && npx playwright test -c bench secondList\``,
    '',
    '| until | ms | CPU ms |',
    '|-|-|-|',
    ...STEPS.slice(0, 5).map(row),
    '',
    'From the key of another query on, the pause after typing left out:',
    '',
    '| until | ms | CPU ms |',
    '|-|-|-|',
    ...STEPS.slice(5).map((name, i) => row(name, i + 5)),
    '',
    `Then page and workers together have ${mb('all')} MB, ${mb('workers')} of it the workers, WebAssembly's memory included.`,
  ])
})
