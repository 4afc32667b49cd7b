import { announce } from './announcer.js'
import type { DemoEngine } from './demoEngine.js'
import { describeEngine } from './describeEngine.js'
import { byId } from './element.js'
import { notify } from './notices.js'

/** The model's state in the page's header, which leads to the page that says more; and what is worth a notice. */
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
            text: 'Your browser is asked to save data, so the model (25 MB) waits. Words alone order the results.',
            action: { label: 'Download it', act: () => void engine.load() },
          }
        : undefined,
    )
    const unkept = state.phase === 'ready' && state.notes.find(({ kind }) => kind === 'not-cached')
    notify('model-unkept', unkept ? { text: unkept.reason } : undefined)
  })
}

/** Who asked the browser to save data is asked before the model is downloaded. */
export function savesData(): boolean {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } }
  return connection?.saveData === true
}
