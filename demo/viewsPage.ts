import type { Candidate, Reranker, SiteSearch } from '../src/index.js'
import { announce } from './announce.js'
import type { DemoEngine } from './demoEngine.js'
import { byId, createElement } from './dom.js'
import { remediesOf, showEngineFailure } from './engineFailure.js'
import { isCancellation, showFailure } from './failure.js'
import { formatDuration, plural } from './format.js'
import { createProgressLine } from './progressLine.js'
import { createRankingPage, type RankingPage } from './rankingPage.js'
import { type ViewScores, viewScores } from './viewScores.js'
import { drawViews } from './viewsPlot.js'
import { createViewsTable } from './viewsTable.js'

/** Enough passages to see how views differ, few enough to tell dots apart. */
const passageCount = 14

/** The page that shows how the views of a real list add up to its ranking. */
export function createViewsPage(engine: DemoEngine, search: Promise<SiteSearch>): RankingPage {
  const picker = byId('views-query', HTMLSelectElement)
  const figure = byId('views-figure', HTMLElement)
  const failure = byId('views-failure', HTMLElement)
  const chosenPassage = byId('views-chosen', HTMLElement)
  const line = createProgressLine(byId('views-run', HTMLElement), 'views-run-text')
  const table = createViewsTable(byId('views-table', HTMLTableElement), choose)
  let list: ViewScores[] = []
  let candidates: readonly Candidate[] = []
  let chosenPlace: number | undefined
  let drawing = 0

  const page = createRankingPage(engine, rankQuery)
  picker.addEventListener('change', page.rank)
  // The figure is as wide as its container.
  new ResizeObserver(() => void draw()).observe(figure)
  return page

  async function rankQuery(signal: AbortSignal): Promise<void> {
    showEngineFailure(failure, engine)
    const { reranker } = engine
    if (!reranker) {
      line.show(engine.state.phase === 'loading' ? 'The model is loading …' : 'The model is not there.')
      return
    }
    if (reranker.info.scoring === 'pointwise') {
      line.show('This model scores each passage by itself: it has no views.')
      return
    }
    try {
      await rank(reranker, picker.value, signal)
    } catch (error) {
      if (signal.aborted || isCancellation(error)) return
      line.show('Nothing to show')
      showFailure(failure, 'The ranking stopped.', error, remediesOf(engine))
    }
  }

  async function rank(reranker: Reranker, query: string, signal: AbortSignal): Promise<void> {
    line.show('Words look for candidates …')
    const found = await (await search).query(query, { limit: passageCount, signal })
    const { asPassage } = await import('../src/index.js')
    const begin = performance.now()
    let done = false
    const { depths } = reranker.info
    const depth = reranker.info.depth === 'cascade' ? Math.max(...depths) : reranker.info.depth
    // One block whose score is the mean of the views, so that the figure shows all that makes the order.
    const ranking = await reranker.rank(query, found.candidates.map(asPassage), {
      supersede: true,
      signal,
      explain: true,
      fusion: false,
      refine: 0,
      depth,
      onPartial: ({ encoded, total }) => {
        // Progress may arrive after the ranking.
        if (!done && !signal.aborted) line.show(`${encoded} of ${total} passages ranked`, encoded / total)
      },
    })
    if (signal.aborted) return
    done = true
    const milliseconds = performance.now() - begin
    candidates = found.candidates
    list = viewScores(ranking)
    engine.recordRanking({ page: 'Views', pairs: ranking.total, milliseconds, depth })
    const views = list[0]?.scores.length ?? 0
    const took = `${plural(ranking.total, 'passage')} ranked by ${plural(views, 'view')} in ${formatDuration(milliseconds)}`
    line.show(took)
    announce(took)
    table.show(list, titleOf)
    choose(list.length > 0 ? 0 : undefined)
  }

  function choose(place: number | undefined): void {
    chosenPlace = place
    table.choose(place)
    chosenPassage.replaceChildren(...(place === undefined ? [] : describePassage(place)))
    void draw()
  }

  function describePassage(place: number): (Node | string)[] {
    const { index } = list[place]!
    const title = createElement('strong', '', `${place + 1}  ${titleOf(index)}`)
    return [title, ` ${candidates[index]!.text.slice(0, 220)} …`]
  }

  function titleOf(index: number): string {
    return candidates[index]!.path.join(' › ')
  }

  async function draw(): Promise<void> {
    if (list.length === 0 || !page.isVisible) return
    const mine = ++drawing
    const svg = await drawViews(list, chosenPlace, Math.max(280, figure.clientWidth))
    if (mine === drawing) figure.replaceChildren(svg)
  }
}
