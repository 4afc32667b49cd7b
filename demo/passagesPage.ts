import { glidePace, isGliding } from '../src/element/glide.js'
import { debounce, throttle } from '../src/element/rateLimit.js'
import type { Ranking, Reranker } from '../src/index.js'
import { announce } from './announce.js'
import type { DemoEngine, EngineState } from './demoEngine.js'
import { byId } from './dom.js'
import { remediesOf, showEngineFailure } from './engineFailure.js'
import { isCancellation, showFailure } from './failure.js'
import { formatDuration, plural } from './format.js'
import { splitParagraphs } from './paragraphs.js'
import { PassageList } from './passageList.js'
import { persistInput } from './persistInput.js'
import { createProgressLine } from './progressLine.js'
import { createRankingPage, type RankingPage } from './rankingPage.js'
import { scoreLegend } from './scoreLegend.js'

/** Further paragraphs are left out, and the page says so. */
const maxPassages = 200

/** Milliseconds without a keystroke before the passages are ranked. */
const typingPause = 250

/** The page on which people enter their own query and passages and see them ranked. */
export function createPassagesPage(engine: DemoEngine): RankingPage {
  const queryField = byId('own-query', HTMLInputElement)
  const passagesField = byId('own-passages', HTMLTextAreaElement)
  const legend = byId('own-legend', HTMLElement)
  const failure = byId('own-error', HTMLElement)
  const list = new PassageList(byId('own-list', HTMLOListElement))
  const line = createProgressLine(byId('own-run', HTMLElement), 'own-run-text')

  persistInput(queryField, example.query)
  persistInput(passagesField, example.passages.join('\n\n'))

  const page = createRankingPage(engine, rankInput)
  const rankSoon = debounce(typingPause, page.rank)
  queryField.addEventListener('input', rankSoon)
  passagesField.addEventListener('input', rankSoon)
  const form = byId('own-form', HTMLFormElement)
  form.addEventListener('submit', event => {
    event.preventDefault()
    page.rank()
  })
  form.addEventListener('reset', () => {
    if (page.isVisible) rankSoon()
  })
  return page

  async function rankInput(signal: AbortSignal): Promise<void> {
    showEngineFailure(failure, engine)
    const query = queryField.value.trim()
    const paragraphs = splitParagraphs(passagesField.value)
    const texts = paragraphs.slice(0, maxPassages)
    list.setTexts(texts)
    legend.hidden = texts.length === 0
    const { reranker } = engine
    if (texts.length === 0 || query === '' || reranker === undefined) {
      list.showUnranked()
      legend.textContent = 'Passages stand as you entered them until the model has ranked them.'
      line.show(describeUnranked(query, texts.length, engine.state.phase))
      return
    }
    const omitted =
      paragraphs.length > maxPassages ? ` The first ${maxPassages} of ${paragraphs.length} are ranked.` : ''
    try {
      const took = await rank(reranker, query, texts, signal)
      line.show(`${took}.${omitted}`)
    } catch (error) {
      if (signal.aborted || isCancellation(error)) return
      line.show(plural(texts.length, 'passage'))
      const headline = 'The ranking stopped. The passages keep the order in which they were.'
      showFailure(failure, headline, error, remediesOf(engine))
    }
  }

  /**
   * Ranks the passages and shows every order on the way.
   * @returns how long it took, in words
   */
  async function rank(reranker: Reranker, query: string, texts: string[], signal: AbortSignal): Promise<string> {
    const partial = throttle(glidePace, (ranking: Ranking) => showRanking(reranker, ranking, signal), isGliding)
    line.show(`0 of ${plural(texts.length, 'passage')} ranked`, 0)
    const begin = performance.now()
    try {
      const ranking = await reranker.rank(query, texts, {
        supersede: true,
        signal,
        explain: reranker.info.scoring === 'listwise',
        onPartial: partial.call,
      })
      const milliseconds = performance.now() - begin
      await partial.finish(ranking)
      signal.throwIfAborted()
      engine.recordRanking({ page: 'Passages', pairs: ranking.total, milliseconds })
      const took = `${ranking.total} ranked in ${formatDuration(milliseconds)}`
      announce(`${took}. The first one begins: ${texts[ranking.results[0]?.index ?? 0]!.slice(0, 60)}`)
      return took
    } catch (error) {
      partial.cancel()
      throw error
    }
  }

  function showRanking({ info }: Reranker, ranking: Ranking, signal: AbortSignal): void {
    if (signal.aborted) return
    list.showRanking(ranking)
    legend.textContent = scoreLegend(info, ranking.results)
    const { done, encoded, total } = ranking
    if (!done) line.show(`${encoded} of ${plural(total, 'passage')} ranked`, encoded / total)
  }
}

/** Says what is missing before the passages can be ranked. */
function describeUnranked(query: string, count: number, phase: EngineState['phase']): string {
  if (count === 0) return 'Paste some passages'
  if (query === '') return 'Type a query'
  return plural(count, 'passage') + (phase === 'loading' ? ' · model is loading' : '')
}

const example = {
  query: 'The parcel is marked as delivered but I do not have it',
  passages: [
    'Delivered on time: our riders reached 98 % of all addresses within the promised hour last year.',
    'Parcels are delivered from Monday to Saturday. You can choose a day at the checkout.',
    'To send something back, print the label from your account and bring it to any post office within thirty days.',
    'If the tracking shows that it arrived and you cannot find it, look for a card in your letter box and ask your neighbors. Tell us after two days: we then search for it and send another one.',
    'The box was open or wet? Take a photo before you unpack it, and send it to us the same day.',
    'You do not have to be at home: with your permission the driver leaves the box at a safe place.',
  ],
}
