import { createReranker } from '../../src/client/createReranker.js'
import type { CreateOptions, Depth, Reranker, RerankerInfo } from '../../src/index.js'
import { otherModel } from '../address.js'
import { announce } from '../announce.js'
import { byId, createElement } from '../dom.js'
import { isCancellation, showFailure } from '../failure.js'
import { depthName, deviceName, formatDuration, formatRate } from '../format.js'
import { Offline } from '../offline.js'
import { createProgressLine } from '../progressLine.js'
import { drawMemory, drawQuality, drawSpeed } from './benchPlots.js'
import { type BenchReport, type MemoryPoint, type QueryResult, runQuery, summarize } from './benchRun.js'
import { createComparison } from './comparison.js'
import { labelledQueries } from './labelledSet.js'
import { canMeasureMemory, measureMemory } from './memory.js'
import referenceReport from './reference.json' with { type: 'json' }

const site = new URL('../', document.baseURI)
const form = byId('bench-form', HTMLFormElement)
const start = byId('bench-start', HTMLButtonElement)
const failure = byId('bench-failure', HTMLElement)
const line = createProgressLine(byId('bench-run', HTMLElement), 'bench-run-text')
const figures = ['plot-speed', 'plot-quality', 'plot-memory'].map(id => byId(id, HTMLElement))
const source = byId('bench-source', HTMLElement)
const queries = labelledQueries()
/** Another device's run stands in the figures until this one is measured. */
const reference: Pick<BenchReport, 'queries' | 'memory' | 'summary'> = referenceReport
let results: readonly QueryResult[] = reference.queries
let memory: readonly MemoryPoint[] = reference.memory
let report: BenchReport | undefined
let running: AbortController | undefined
/** Number of runs that were begun. */
let runs = 0
let drawing = 0

byId('memory-note', HTMLElement).hidden = canMeasureMemory()
form.addEventListener('submit', event => {
  event.preventDefault()
  if (running) running.abort()
  else void bench()
})
byId('bench-copy', HTMLButtonElement).addEventListener('click', async () => {
  await navigator.clipboard.writeText(toJson())
  line.show('The report is on the clipboard.')
})
byId('bench-save', HTMLButtonElement).addEventListener('click', () => {
  const url = URL.createObjectURL(new Blob([toJson()], { type: 'application/json' }))
  const link = createElement('a', '')
  link.href = url
  link.download = `mvp-rerank-bench-${report!.info.device}-${report!.info.precision}-${report!.depth}.json`
  link.click()
  URL.revokeObjectURL(url)
})
new ResizeObserver(() => void drawAll()).observe(figures[0]!)
line.show(`${queries.length} queries, each with ${queries[0]!.passages.length} passages`)
showReport()
const other = otherModel()
const model = other === undefined ? new URL('models/mvp-mini/', site) : new URL(other, document.baseURI)
createComparison({ queries, site, model, open })
void prepare()

/** Threads need an isolated page: on the first visit, the service worker makes it one. */
async function prepare(): Promise<void> {
  await new Offline().start(new URL('service-worker.js', site))
  start.disabled = false
  byId('peer-start', HTMLButtonElement).disabled = false
}

async function bench(): Promise<void> {
  running = new AbortController()
  runs++
  const { signal } = running
  source.hidden = true
  results = []
  memory = []
  report = undefined
  failure.replaceChildren()
  showReport()
  start.textContent = 'Stop'
  let reranker: Reranker | undefined
  try {
    const begin = performance.now()
    reranker = await open(signal)
    const loadMs = performance.now() - begin
    const { info } = reranker
    const depth = depthFor(info)
    // Warms up shaders and heaps before anything is timed.
    await reranker.rank('warm up', queries[0]!.passages.slice(0, 8), { depth, signal })
    await noteMemory(0)
    for (const [i, query] of queries.entries()) {
      line.show(
        `${deviceName(info.device)} ${info.precision}, ${depthName(depth)}: query ${i + 1} of ${queries.length}`,
        i / queries.length,
      )
      results = [...results, await runQuery(reranker, query, depth, signal)]
      await drawAll()
      void noteMemory(i + 1)
    }
    report = {
      format: 'mvp-rerank-bench',
      version: 1,
      when: new Date().toISOString(),
      browser: navigator.userAgent,
      cores: navigator.hardwareConcurrency,
      isolated: crossOriginIsolated,
      info,
      depth,
      loadMs,
      queries: results,
      memory,
      summary: summarize(results),
    }
    line.show(
      `Done: ${deviceName(info.device)} ${info.precision}, ${depthName(depth)}, loaded in ${formatDuration(loadMs)}`,
    )
    showReport()
    announce(
      `Done. ${formatRate(report.summary.pairsPerSecond)} pairs a second, nDCG at 10 ${report.summary.ndcg10.toFixed(3)}.`,
    )
  } catch (error) {
    if (signal.aborted || isCancellation(error)) line.show('Stopped')
    else showFailure(failure, 'The measurement stopped.', error, [{ label: 'Again', act: () => void bench() }])
  } finally {
    await reranker?.dispose()
    running = undefined
    start.textContent = 'Measure'
  }
}

/** The chosen depth, or the model's own if it has no such depth. */
function depthFor({ depth, depths }: RerankerInfo): Depth {
  const chosen = new FormData(form).get('depth')
  if (chosen === 'cascade' && depths.length > 1) return 'cascade'
  return depths.find(one => String(one) === chosen) ?? depth
}

async function open(signal: AbortSignal): Promise<Reranker> {
  const chosen = new FormData(form)
  const model = otherModel()
  return createReranker({
    device: chosen.get('device') as NonNullable<CreateOptions['device']>,
    precision: chosen.get('precision') as NonNullable<CreateOptions['precision']>,
    modelBase: new URL('models/', site).href,
    ...(model === undefined ? {} : { model }),
    signal,
    // A cached vector would not be computed.
    cacheBytes: 0,
    onProgress: ({ phase, loaded, total }) => line.show(`${phases[phase]} …`, total > 0 ? loaded / total : 0),
  })
}

const phases = { download: 'Loading the model', load: 'Preparing the device', check: 'Checking the device' }

async function noteMemory(after: number): Promise<void> {
  const mine = runs
  const bytes = await Promise.race([
    measureMemory(),
    new Promise<undefined>(resolve => setTimeout(resolve, after === 0 ? 300 : 30_000)),
  ])
  if (bytes === undefined || mine !== runs) return
  const points = [...memory, { queries: after, bytes }]
  memory = points.sort((a, b) => a.queries - b.queries)
  await drawAll()
}

async function drawAll(): Promise<void> {
  const mine = ++drawing
  // The reference has no measurements of memory.
  byId('memory-card', HTMLElement).hidden = runs === 0 && memory.length === 0
  const width = Math.max(260, figures[0]!.clientWidth)
  const drawn = await Promise.all([
    drawSpeed(results, queries.length, width),
    drawQuality(results, width),
    drawMemory(memory, queries.length, width, runs > 0 && canMeasureMemory()),
  ])
  if (mine === drawing) drawn.forEach((svg, i) => void figures[i]!.replaceChildren(svg))
}

function showReport(): void {
  const { pairsPerSecond, ndcg10, ndcg10Words, halfGainMs } = (runs === 0 ? reference : report)?.summary ?? {}
  const texts = {
    'sum-speed': pairsPerSecond === undefined ? '–' : `${formatRate(pairsPerSecond)} pairs/s`,
    'sum-ndcg': ndcg10 === undefined ? '–' : ndcg10.toFixed(3),
    'sum-words': ndcg10Words === undefined ? '–' : ndcg10Words.toFixed(3),
    'sum-half': halfGainMs === undefined ? '–' : formatDuration(halfGainMs),
  }
  for (const [id, text] of Object.entries(texts)) byId(id, HTMLElement).textContent = text
  for (const id of ['bench-copy', 'bench-save']) byId(id, HTMLButtonElement).disabled = report === undefined
  byId('bench-json', HTMLElement).textContent = report ? toJson() : 'No report yet.'
}

function toJson(): string {
  return JSON.stringify(report, (_, value) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value), 1)
}
