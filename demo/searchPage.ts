import type { SiteSearch } from '../src/api/search.js'
import { MvpSearch } from '../src/element/index.js'
import type { DemoEngine } from './demoEngine.js'
import { byId } from './element.js'
import { savesData } from './enginePill.js'

const smallScreen = matchMedia('(max-width: 39.99rem), (max-height: 30rem)')

/** The search element in the page: with the page's index, and on the worker that the page's model has. */
export function createSearchPage(engine: DemoEngine, search: Promise<SiteSearch>): void {
  const box = byId('search-box', MvpSearch)
  const chips = byId('chips', HTMLUListElement)
  const how = byId('how', HTMLElement)
  const page = byId('search', HTMLElement)

  // Where it fails, `main.ts` says so and tries again.
  search
    .then(open => {
      box.search = open
    })
    .catch(() => undefined)
  let given = ''
  engine.watch(({ phase }) => {
    if (phase === 'idle' && !savesData()) return
    const { model, ...rerankerOptions } = engine.options
    const now = JSON.stringify([model, rerankerOptions])
    if (now === given) return
    given = now
    Object.assign(box, { model, rerankerOptions })
  })
  box.addEventListener('mvp-search-results', ({ detail: { ranked, read, milliseconds } }) => {
    if (ranked && read > 0) engine.ran({ page: 'Search', pairs: read, milliseconds })
  })

  const showIdle = () => {
    how.hidden = box.query.trim() !== ''
    page.classList.toggle('is-searching', how.hidden)
  }
  // The box tells of queries that find something; this is about those that were taken out, too.
  for (const type of ['input', 'click', 'keyup', 'mvp-search-results'] as const) {
    box.addEventListener(type, () => queueMicrotask(showIdle))
  }
  // A keyboard takes half of a phone: the other half is for the field and what it finds.
  box.addEventListener('focusin', event => {
    if (event.composedPath()[0] instanceof HTMLInputElement && smallScreen.matches) {
      box.scrollIntoView({ behavior: 'instant' })
    }
  })
  // In a wide window they stand above the box and stay: a list that came up under the pointer would take its next move for a wish to hold still.
  chips.addEventListener('click', event => {
    if (!(event.target instanceof HTMLButtonElement)) return
    box.query = event.target.textContent?.trim() ?? ''
    box.focus()
    showIdle()
  })
  void box.updateComplete.then(showIdle)
}
