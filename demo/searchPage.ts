import { MvpSearch } from '../src/element/index.js'
import { debounce } from '../src/element/rateLimit.js'
import type { SiteSearch } from '../src/index.js'
import { addressWith, readField } from './address.js'
import type { DemoEngine } from './demoEngine.js'
import { byId } from './dom.js'
import { savesData } from './enginePill.js'
import { createOrderSwitch } from './orderSwitch.js'

const smallScreen = matchMedia('(max-width: 39.99rem), (max-height: 30rem)')

/** Milliseconds without a change before the query is written into the page's address. */
const addressPause = 500

/** The page with the search element, which uses the page's index and the worker of the page's model. */
export function createSearchPage(engine: DemoEngine, search: Promise<SiteSearch>): void {
  const box = byId('search-box', MvpSearch)
  const chips = byId('chips', HTMLUListElement)
  const how = byId('how', HTMLElement)
  const page = byId('search', HTMLElement)

  // `main.ts` reports a failure and tries again.
  search
    .then(open => {
      box.search = open
    })
    .catch(() => undefined)
  let passedOptions = ''
  const passOptions = () => {
    if (engine.state.phase === 'idle' && !savesData()) return
    const { model, ...rerankerOptions } = engine.options
    const options = order.isReranked ? { model, rerankerOptions } : { model: undefined }
    const now = JSON.stringify(options)
    if (now === passedOptions) return
    passedOptions = now
    Object.assign(box, options)
  }
  const order = createOrderSwitch(passOptions)
  engine.watch(passOptions)
  box.addEventListener('mvp-search-results', ({ detail: { ranked, read, milliseconds } }) => {
    if (ranked && read > 0) engine.recordRanking({ page: 'Search', pairs: read, milliseconds })
  })

  /** @param isInput whether the visitor did something: only then may what stands above the field fold away */
  const showIdle = (isInput: boolean) => {
    how.hidden = box.query.trim() !== ''
    page.classList.toggle('is-searching', how.hidden)
    if (isInput || !how.hidden) page.classList.toggle('is-folded', how.hidden)
  }
  const writeQuerySoon = debounce(addressPause, () => writeQuery(box.query.trim()))
  // Before a link makes another entry of the history.
  addEventListener('click', () => writeQuery(box.query.trim()), { capture: true })
  addEventListener('popstate', () => {
    const query = readField('q') ?? ''
    if (query === box.query.trim()) return
    box.query = query
    showIdle(true)
  })
  // The box has no event for an emptied query.
  for (const type of ['input', 'click', 'keyup', 'mvp-search-results'] as const) {
    box.addEventListener(type, () => {
      queueMicrotask(() => showIdle(type !== 'mvp-search-results'))
      writeQuerySoon()
    })
  }
  // A keyboard covers half of a phone: the other half is for the field and the results.
  box.addEventListener('focusin', event => {
    if (event.composedPath()[0] instanceof HTMLInputElement && smallScreen.matches) {
      page.scrollIntoView({ behavior: 'instant' })
    }
  })
  chips.addEventListener('click', event => {
    if (!(event.target instanceof HTMLButtonElement)) return
    box.query = event.target.textContent?.trim() ?? ''
    box.focus()
    showIdle(true)
  })
  void box.updateComplete.then(() => {
    const query = readField('q')
    if (query !== undefined && box.query === '') box.query = query
    showIdle(false)
  })
}

/** Writes the query into the present entry of the history, after the `#`: the server never sees it. */
function writeQuery(query: string): void {
  if ((readField('q') ?? '') === query) return
  try {
    history.replaceState(history.state, '', addressWith({ q: query }))
  } catch {
    // Browsers limit how often this may happen.
  }
}
