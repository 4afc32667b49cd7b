import type { SiteSearch } from '../src/api/search.js'
import { asPassage } from '../src/search/asPassage.js'
import { announce } from './announcer.js'
import type { DemoEngine } from './demoEngine.js'
import { byId, element } from './element.js'
import { remediesOf, showEngineFailure } from './engineFailure.js'
import { isWanted, showFailure } from './failure.js'
import { formatDuration } from './format.js'
import { createRunLine } from './runLine.js'
import { type ViewScores, viewScores } from './viewScores.js'
import { drawViews } from './viewsPlot.js'
import { createViewsTable } from './viewsTable.js'

export interface ViewsPage {
  /** Only a page that is shown ranks. */
  shown(visible: boolean): void
}

/** Enough to see how views differ, few enough to tell dots apart. */
const most = 14

/** Shows how the views of a real list add up to its ranking. */
export function createViewsPage(engine: DemoEngine, search: Promise<SiteSearch>): ViewsPage {
  const picker = byId('views-query', HTMLSelectElement)
  const figure = byId('views-figure', HTMLElement)
  const failure = byId('views-failure', HTMLElement)
  const chosenTitle = byId('views-chosen', HTMLElement)
  const line = createRunLine(byId('views-run', HTMLElement), 'views-run-text')
  const table = createViewsTable(byId('views-table', HTMLTableElement), place => choose(place))
  let list: ViewScores[] = []
  let titles: string[] = []
  let texts: string[] = []
  let chosen: number | undefined
  let visible = false
  let run: AbortController | undefined
  let drawing = 0

  const drawAnew = async () => {
    if (list.length === 0 || !visible) return
    const mine = ++drawing
    const svg = await drawViews(list, chosen, Math.max(280, figure.clientWidth))
    if (mine === drawing) figure.replaceChildren(svg)
  }

  const choose = (place: number | undefined) => {
    chosen = place
    table.choose(place)
    const index = place === undefined ? undefined : list[place]!.index
    chosenTitle.replaceChildren(
      ...(index === undefined
        ? []
        : [element('strong', '', `${place! + 1}  ${titles[index]}`), ` ${texts[index]!.slice(0, 220)} …`]),
    )
    void drawAnew()
  }

  const rank = async () => {
    run?.abort()
    const own = new AbortController()
    run = own
    showEngineFailure(failure, engine)
    const { reranker } = engine
    if (!reranker)
      return line.show(engine.state.phase === 'loading' ? 'The model is loading …' : 'The model is not there.')
    try {
      const query = picker.value
      line.show('Words look for candidates …')
      const { candidates } = await (await search).query(query, { limit: most, signal: own.signal })
      const found = candidates.map(asPassage)
      const begin = performance.now()
      const ranking = await reranker.rank(query, found, {
        supersede: true,
        signal: own.signal,
        explain: true,
        onPartial: ({ encoded, total }) => {
          if (!own.signal.aborted) line.show(`Reading: ${encoded} of ${total} passages`, encoded / total)
        },
      })
      if (own.signal.aborted) return
      own.abort()
      titles = candidates.map(({ path }) => path.join(' › '))
      texts = candidates.map(({ text }) => text)
      list = viewScores(ranking)
      const milliseconds = performance.now() - begin
      engine.ran({ page: 'Views', pairs: ranking.total, milliseconds })
      const took = `${ranking.total} passages read from ${list[0]?.scores.length ?? 0} views in ${formatDuration(milliseconds)}`
      line.show(took)
      announce(took)
      table.show(list, index => titles[index]!)
      choose(list.length > 0 ? 0 : undefined)
    } catch (error) {
      if (own.signal.aborted || isWanted(error)) return
      line.show('Nothing to show')
      showFailure(failure, 'The ranking stopped.', error, remediesOf(engine))
    }
  }

  picker.addEventListener('change', () => void rank())
  // The figure has the width of its place.
  new ResizeObserver(() => void drawAnew()).observe(figure)
  let known = ''
  engine.watch(({ phase }) => {
    if (phase === known) return
    known = phase
    if (visible) void rank()
  })
  return {
    shown(nowVisible) {
      if (nowVisible === visible) return
      visible = nowVisible
      if (visible) void rank()
      else run?.abort()
    },
  }
}
