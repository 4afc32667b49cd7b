import { type Remote, wrap } from 'comlink'
import type { Reranker } from '../../src/index.js'
import type { BertArchitecture } from '../../src/model/manifest.js'
import { parseManifest } from '../../src/model/parseManifest.js'
import { trustedWorkerUrl } from '../../src/threads/trustedTypes.js'
import { announce } from '../announce.js'
import { byId, createElement } from '../dom.js'
import { isCancellation, showFailure } from '../failure.js'
import { deviceName, formatDuration, formatMegabytes, formatRate, plural } from '../format.js'
import { createProgressLine } from '../progressLine.js'
import { median } from './benchRun.js'
import type { LabelledQuery } from './labelledSet.js'
import type { Peer } from './peer.worker.js'
import peerFile from './peer.worker.js?worker&url'
import { peerBytes } from './peerGraph.js'

/** Rounds that count; one before them warms up. */
const ROUNDS = 3

interface Entrant {
  name: string
  rank(query: string, passages: readonly string[]): Promise<unknown>
  /** Milliseconds of each round that counts. */
  ms: number[]
}

export interface ComparisonSetting {
  queries: readonly LabelledQuery[]
  /** The folder of this site, and that of the model. */
  site: URL
  model: URL
  /** Loads our own model with the choices of the page. */
  open(signal: AbortSignal): Promise<Reranker>
}

/**
 * Compares this engine with transformers.js on this device: the same backbone, which the page writes as a cross-encoder
 * in ONNX. Nothing of it is loaded before the visitor agrees.
 */
export function createComparison(setting: ComparisonSetting): void {
  const start = byId('peer-start', HTMLButtonElement)
  const consent = byId('peer-consent', HTMLElement)
  const sizes = byId('peer-sizes', HTMLElement)
  const failure = byId('peer-failure', HTMLElement)
  const line = createProgressLine(byId('peer-run', HTMLElement), 'peer-run-text')
  let running: AbortController | undefined
  line.show('')

  start.addEventListener('click', async () => {
    if (running) return running.abort()
    failure.replaceChildren()
    try {
      sizes.textContent = await describeSizes(setting)
      consent.hidden = false
      byId('peer-agree', HTMLButtonElement).focus()
    } catch (error) {
      showFailure(failure, 'There is nothing to compare.', error, [])
    }
  })
  byId('peer-decline', HTMLButtonElement).addEventListener('click', () => {
    consent.hidden = true
    start.focus()
  })
  byId('peer-agree', HTMLButtonElement).addEventListener('click', async () => {
    consent.hidden = true
    start.focus()
    start.textContent = 'Stop'
    running = new AbortController()
    try {
      const done = await compare(setting, running.signal, (text, share) => line.show(text, share))
      line.show('Done')
      byId('peer-outcome', HTMLElement).textContent = done
      announce(done)
    } catch (error) {
      if (running.signal.aborted || isCancellation(error)) line.show('Stopped')
      else showFailure(failure, 'The comparison stopped.', error, [])
    } finally {
      running = undefined
      start.textContent = 'Compare with transformers.js'
    }
  })
}

async function describeSizes({ site, model }: ComparisonSetting): Promise<string> {
  const architecture = await backbone(model)
  const runtime = new URL('assets/ort-wasm-simd-threaded.asyncify.wasm', site)
  const lengths = await Promise.all([lengthOf(new URL(peerFile, document.baseURI)), lengthOf(runtime)])
  const [library, wasm] = lengths.map(length =>
    length === undefined ? 'of unknown size' : `${formatMegabytes(length)} MB`,
  )
  const written = (['q8', 'fp32'] as const).map(dtype => formatMegabytes(peerBytes(architecture, dtype)))
  return `To download, where this browser has not kept them: transformers.js (${library}) and its build of onnxruntime (${wasm}), from this site. To write in memory, from mvp-mini’s own weights: a cross-encoder of ${written[0]} MB for WASM, ${written[1]} MB for WebGPU. It is gone once the comparison ends.`
}

async function backbone(model: URL): Promise<BertArchitecture> {
  const { architecture } = parseManifest(await (await fetch(new URL('manifest.json', model))).json())
  if (architecture.family === 'bert' && !architecture.relative && !architecture.embedder) return architecture
  throw new Error('Only models whose encoder is wired like BERT can be written for transformers.js here.')
}

async function lengthOf(file: URL): Promise<number | undefined> {
  const answer = await fetch(file, { method: 'HEAD' }).catch(() => undefined)
  return Number(answer?.ok && answer.headers.get('content-length')) || undefined
}

async function compare(
  { queries, site, model, open }: ComparisonSetting,
  signal: AbortSignal,
  show: (text: string, share?: number) => void,
): Promise<string> {
  show('Loading mvp-mini …')
  const reranker = await open(signal)
  const worker = new Worker(trustedWorkerUrl(new URL(peerFile, document.baseURI).href), { type: 'module' })
  const failed = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
    worker.addEventListener('error', ({ message }) => reject(new Error(message || 'Its worker did not start.')))
  })
  failed.catch(() => undefined)
  try {
    const { device, threads } = reranker.info
    const peer: Remote<Peer> = wrap(worker)
    show('Writing the cross-encoder, loading transformers.js …')
    const bytes = await Promise.race([
      failed,
      peer.prepare({
        model: model.href,
        runtime: new URL('assets/', site).href,
        device: device === 'webgpu' ? 'webgpu' : 'wasm',
        threads: threads ?? 1,
      }),
    ])
    const depth = Math.max(...reranker.info.depths)
    const entrants: Entrant[] = [
      {
        name: 'mvp-rerank, mvp-mini, scores alone',
        rank: (query, passages) => reranker.rank(query, passages, { fusion: false, depth, signal }),
        ms: [],
      },
      {
        name: 'transformers.js, in one call',
        rank: (query, passages) => peer.score(query, [...passages], false),
        ms: [],
      },
      {
        name: 'transformers.js, sorted by length, batches of 16',
        rank: (query, passages) => peer.score(query, [...passages], true),
        ms: [],
      },
    ]
    const pairs = queries[0]!.passages.length
    const all = (ROUNDS + 1) * entrants.length
    for (let round = 0, step = 0; round <= ROUNDS; round++) {
      const { query, passages } = queries[round % queries.length]!
      const texts = passages.map(({ text }) => text).slice(0, round === 0 ? 16 : pairs)
      // In turns, so that all of them meet the same moods of the machine.
      for (const { name, rank, ms } of entrants) {
        show(round === 0 ? `Warming up: ${name}` : `Round ${round} of ${ROUNDS}: ${name}`, step++ / all)
        const begin = performance.now()
        await Promise.race([failed, rank(query, texts)])
        if (round > 0) ms.push(performance.now() - begin)
      }
      if (round > 0) showRows(entrants, pairs, round)
    }
    const [ours, ...theirs] = entrants.map(({ ms }) => median(ms))
    const ratio = Math.min(...theirs) / ours!
    const on = device === 'webgpu' ? deviceName(device) : `${deviceName(device)}, ${plural(threads ?? 1, 'thread')}`
    return `${on}: at its best, transformers.js takes ${ratio.toFixed(2)} times as long. Medians of ${ROUNDS} rounds; the cross-encoder has ${formatMegabytes(bytes)} MB.`
  } finally {
    worker.terminate()
    await reranker.dispose()
  }
}

function showRows(entrants: readonly Entrant[], pairs: number, rounds: number): void {
  const first = median(entrants[0]!.ms)
  const rows = entrants.map(({ name, ms }) => {
    const middle = median(ms)
    const heading = createElement('th', '', name)
    heading.scope = 'row'
    const figures = [formatRate((1000 * pairs) / middle), formatDuration(middle), (middle / first).toFixed(2)]
    return createElement('tr', '', heading, ...figures.map(figure => createElement('td', '', figure)))
  })
  byId('peer-outcome', HTMLElement).textContent = `Medians of ${plural(rounds, 'round')}.`
  byId('peer-rows', HTMLElement).replaceChildren(...rows)
  byId('peer-table', HTMLTableElement).hidden = false
}
