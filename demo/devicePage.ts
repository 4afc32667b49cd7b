import type { Depth, RerankerInfo } from '../src/index.js'
import type { DemoEngine, DeviceChoice, EngineState, RankingRecord } from './demoEngine.js'
import { describeEngine } from './describeEngine.js'
import { byId, createElement } from './dom.js'
import { showEngineFailure } from './engineFailure.js'
import { savesData } from './enginePill.js'
import { deviceName, formatDuration, formatRate, plural } from './format.js'

const unknown = '–'

/** The page that shows device, model, self-check and times, with the choice of device and depth. */
export function createDevicePage(engine: DemoEngine): void {
  const picker = byId('device-choice', HTMLSelectElement)
  const load = byId('device-load', HTMLButtonElement)
  const failure = byId('device-failure', HTMLElement)
  picker.addEventListener('change', () => void engine.load(picker.value as DeviceChoice))
  load.addEventListener('click', () => void engine.load())
  const dial = createDepthDial(byId('depth-dial', HTMLElement), depth => {
    engine.depth = depth
  })
  let depths: readonly Depth[] = []
  engine.watch(state => {
    const { text, remark } = describeEngine(state)
    const info = engine.reranker?.info
    fill({ 'device-state': text, 'device-remark': remark, ...modelFacts(info), ...deviceFacts(info), ...times(state) })
    picker.value = engine.device
    // Without the wish to save data, loading begins by itself in a moment.
    load.hidden = !(state.phase === 'idle' && savesData())
    showEngineFailure(failure, engine)
    showSelfCheck(info)
    // While another depth is being loaded, the choice stays as it is.
    depths = info ? depthsOf(info) : depths
    dial(depths, engine.depth ?? info?.depth)
    showRankings(engine.rankings)
  })
}

function fill(facts: Record<string, string>): void {
  for (const [id, text] of Object.entries(facts)) {
    const place = byId(id, HTMLElement)
    if (place.textContent !== text) place.textContent = text
  }
}

function modelFacts(info: RerankerInfo | undefined): Record<string, string> {
  return {
    'fact-model': info?.model ?? unknown,
    'fact-dtype': info?.dtype ?? unknown,
    'fact-views': info ? String(info.views) : unknown,
    'fact-length': info ? plural(info.maxLength, 'token') : unknown,
    'fact-versions': info ? versions(info) : unknown,
  }
}

function versions({ versions }: RerankerInfo): string {
  const { 'mvp-rerank': own, onnxruntime } = versions
  return `${own}, ${onnxruntime === undefined ? 'by its own kernels' : `onnxruntime ${onnxruntime}`}`
}

function deviceFacts(info: RerankerInfo | undefined): Record<string, string> {
  return {
    'fact-device': info ? deviceName(info.device) + (info.adapter ? `: ${info.adapter}` : '') : unknown,
    'fact-precision': info?.precision ?? unknown,
    'fact-threads': !info ? unknown : info.device === 'webgpu' ? 'none needed' : String(info.threads),
    'threads-note':
      !info || info.device === 'webgpu' || crossOriginIsolated || navigator.hardwareConcurrency < 2
        ? ''
        : 'One thread, because this page is not cross-origin isolated. Once the app is kept on this device, a reload brings the others.',
  }
}

function times(state: EngineState): Record<string, string> {
  const ready = state.phase === 'ready' ? state.times : undefined
  return {
    'fact-files': ready ? formatDuration(ready.files) : unknown,
    'fact-ready': ready ? formatDuration(ready.ready) : unknown,
  }
}

/** Shows the device's error, on a scale that ends at the tolerance of the self-check. */
function showSelfCheck(info: RerankerInfo | undefined): void {
  const meter = byId('probe-meter', HTMLMeterElement)
  const words = byId('probe-words', HTMLElement)
  if (!info) {
    meter.value = 0
    words.textContent = unknown
    return
  }
  const { error, tolerance, known } = info.verdict
  meter.max = tolerance
  meter.high = tolerance
  meter.value = error
  const all = known ? 'An earlier visit checked it in full.' : ''
  words.textContent = `Passed: off by ${error.toPrecision(2)}, ${tolerance.toPrecision(2)} allowed. ${all}`
}

function showRankings(rankings: readonly RankingRecord[]): void {
  const body = byId('runs', HTMLElement)
  byId('runs-none', HTMLElement).hidden = rankings.length > 0
  byId('runs-table', HTMLElement).hidden = rankings.length === 0
  body.replaceChildren(
    ...rankings.map(({ page, pairs, milliseconds, depth }) =>
      createElement(
        'tr',
        '',
        createElement('td', '', page),
        createElement('td', '', String(pairs)),
        createElement('td', '', String(depth)),
        createElement('td', '', formatDuration(milliseconds)),
        createElement('td', '', `${formatRate((1000 * pairs) / milliseconds)}/s`),
      ),
    ),
  )
}

/** The depths to choose from: each depth of the model, and the cascade if there are several. */
function depthsOf({ depths }: RerankerInfo): Depth[] {
  return depths.length > 1 ? [...depths, 'cascade'] : depths
}

/** One radio button for each depth. They are replaced only when the depths change. */
function createDepthDial(
  place: HTMLElement,
  choose: (depth: Depth) => void,
): (depths: readonly Depth[], chosen: Depth | undefined) => void {
  let shown = ''
  return (depths, chosen) => {
    const key = depths.join()
    if (key !== shown) {
      shown = key
      place.replaceChildren(
        ...depths.map(depth => {
          const radio = createElement('input', '')
          radio.type = 'radio'
          radio.name = 'depth'
          radio.value = String(depth)
          radio.addEventListener('change', () => choose(depth))
          return createElement(
            'label',
            'dial-choice',
            radio,
            createElement('span', '', depth === 'cascade' ? 'Cascade' : `${depth} layers`),
          )
        }),
      )
    }
    for (const radio of place.querySelectorAll('input')) radio.checked = radio.value === String(chosen)
  }
}
