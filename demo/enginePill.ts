import { announce } from './announce.js'
import type { DemoEngine } from './demoEngine.js'
import { describeEngine } from './describeEngine.js'
import { byId } from './dom.js'
import { notify } from './notices.js'

/** Shows the model's state in the page's header, as a link to the device page, and as notices where it matters. */
export function createEnginePill(engine: DemoEngine): void {
  const pill = byId('engine', HTMLAnchorElement)
  const text = byId('engine-state', HTMLElement)
  const bar = byId('engine-progress', HTMLProgressElement)
  let known = ''
  engine.watch(state => {
    const { short, text: long, remark, share } = describeEngine(state)
    if (text.textContent !== short) text.textContent = short
    pill.title = `${long}. ${remark}`
    pill.dataset.phase = state.phase
    const loading = state.phase === 'loading'
    if (loading && share === undefined) bar.removeAttribute('value')
    else bar.value = share ?? 0
    bar.classList.toggle('is-idle', !loading)
    bar.ariaHidden = String(!loading)
    if (state.phase === known) return
    known = state.phase
    if (state.phase === 'ready') announce(`${long}. ${remark}`)
    notify(
      'download',
      state.phase === 'idle' && savesData()
        ? {
            text: 'Your browser is asked to save data, so the model waits. Words alone order the results.',
            action: { label: 'Download it', act: () => void engine.load() },
          }
        : undefined,
    )
    const unkept = state.phase === 'ready' && state.notes.find(({ kind }) => kind === 'not-cached')
    notify('model-unkept', unkept ? { text: unkept.reason } : undefined)
  })
}

/** Whether the visitor saves data: then the page asks before it downloads the model. */
export function savesData(): boolean {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } }
  return connection?.saveData === true
}
