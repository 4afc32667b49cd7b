import type { DeviceStatus, RerankerInfo, Status } from '../client/types.js'
import { announce } from './announcer.js'
import { byId, element } from './element.js'
import type { DeviceChoice, Engine, EngineState } from './engine.js'
import { deviceName, formatDuration, formatMegabytes, formatRate } from './format.js'
import type { RunFacts } from './searchView.js'

const factNames = ['Device', 'Precision', 'Threads', 'Self-check', 'Pairs read', 'Time', 'Speed'] as const
type Fact = (typeof factNames)[number]

export interface EnginePanel {
  ranked(facts: RunFacts): void
}

/** The model's state, the picker of its device, and what is known of the device and of the last run. */
export function createEnginePanel(engine: Engine): EnginePanel {
  const picker = byId('device', HTMLSelectElement)
  const state = byId('engine-state', HTMLElement)
  const note = byId('engine-note', HTMLElement)
  const bar = byId('engine-progress', HTMLProgressElement)
  const button = byId('engine-load', HTMLButtonElement)
  const panel = state.closest('.engine')!
  const facts = createFacts(byId('facts', HTMLElement))

  picker.addEventListener('change', () => void engine.load(picker.value as DeviceChoice))
  button.addEventListener('click', () => void engine.load())

  const show = (now: EngineState) => {
    const { text, remark = '', share } = describe(now)
    if (state.textContent !== text) state.textContent = text
    note.textContent = remark
    note.title = remark
    if (share === undefined) bar.removeAttribute('value')
    else bar.value = share
    bar.classList.toggle('is-idle', now.phase !== 'loading')
    bar.ariaHidden = String(now.phase !== 'loading')
    panel.classList.toggle('is-failed', now.phase === 'failed')
    button.hidden = now.phase !== 'idle'
    picker.value = engine.device
    facts(now.phase === 'ready' ? deviceFacts(now.reranker.info) : {})
    if (now.phase === 'ready') announce(`${text}. ${remark}`)
  }
  engine.watch(show)
  return {
    ranked({ pairs, milliseconds, fromMemory }) {
      facts({
        'Pairs read': String(pairs),
        Time: formatDuration(milliseconds),
        Speed: fromMemory ? 'from memory' : `${formatRate((1000 * pairs) / milliseconds)} pairs/s`,
      })
    },
  }
}

/** A share of 0 to 1 for the bar; without one it shows that something is under way. */
function describe(state: EngineState): { text: string; remark?: string; share?: number } {
  switch (state.phase) {
    case 'idle':
      return { text: 'Not downloaded', remark: 'Results are ordered by words', share: 0 }
    case 'loading':
      return describeLoading(state)
    case 'ready': {
      const { model, dtype, views, depth, device, precision } = state.reranker.info
      const lost = state.notes.findLast(isDeviceStatus)?.kind === 'lost'
      // That the device was chosen is in the line above; anything else is worth a word.
      const remarks = state.notes.filter(({ kind }) => kind !== 'chosen').map(({ reason }) => reason)
      return {
        text: lost ? 'The device was lost, trying again …' : `Ready: ${deviceName(device)}, ${precision}`,
        remark:
          remarks.length > 0 ? [...new Set(remarks)].join(' ') : `${model}, ${dtype}: ${views} views, ${depth} layers`,
        share: 0,
      }
    }
    case 'failed':
      return { text: 'The model did not load', remark: 'Results are ordered by words', share: 0 }
  }
}

function describeLoading({ progress }: EngineState & { phase: 'loading' }): {
  text: string
  remark?: string
  share?: number
} {
  if (progress === undefined) return { text: 'Starting …' }
  const { phase, loaded, total } = progress
  const share = total > 0 ? loaded / total : 0
  switch (phase) {
    case 'download':
      return {
        text: 'Loading the model',
        remark: `${formatMegabytes(loaded)} of ${formatMegabytes(total)} MB`,
        share,
      }
    case 'load':
      return { text: 'Preparing the device …', share }
    case 'check':
      return { text: 'Checking the device …', remark: 'Against known scores', share }
  }
}

function isDeviceStatus(status: Status): status is DeviceStatus {
  return 'device' in status
}

function deviceFacts(info: RerankerInfo): Partial<Record<Fact, string>> {
  return {
    Device: deviceName(info.device),
    Precision: info.precision,
    Threads: info.device === 'webgpu' ? '–' : String(info.threads),
    'Self-check': `passed, error ${info.verdict.error.toPrecision(1)}`,
  }
}

/** A list of facts that keeps its lines, so that nothing jumps when they become known. An update forgets nothing but on an empty one. */
function createFacts(list: HTMLElement): (update: Partial<Record<Fact, string>>) => void {
  const values = new Map(
    factNames.map(name => {
      const value = element('dd', '', '–')
      list.append(element('div', 'fact', element('dt', '', name), value))
      return [name, value] as const
    }),
  )
  return update => {
    const entries = Object.entries(update)
    if (entries.length === 0) for (const value of values.values()) value.textContent = '–'
    for (const [name, text] of entries) values.get(name as Fact)!.textContent = text
  }
}
