import type { Ranking } from '../client/types.js'
import type { Hit, LexicalIndex } from '../search/lexicalIndex.js'
import { announce } from './announcer.js'
import { byId } from './element.js'
import type { Engine, EngineState } from './engine.js'
import { remediesOf, showEngineFailure } from './engineFailure.js'
import { isWanted, showFailure } from './failure.js'
import { deviceName, formatDuration, formatRate, plural } from './format.js'
import { moveByArrows, type Row, showRows } from './list.js'
import { createRunLine } from './runLine.js'
import { createSectionRow } from './sectionRow.js'
import { atMostEvery } from './settle.js'

/** How many candidates the words give and the model reads. */
const candidates = 50

/** Milliseconds between two orders shown: faster ones could not be followed by eye. */
const pace = 220

const narrow = matchMedia('(max-width: 40rem)')

export interface SearchView {
  /** The index is there, or says why it is not. */
  ready(index: LexicalIndex, sectionCount: number): void
  failed(error: unknown, retry: () => void): void
  search(query: string): void
  /** Only a view that is shown ranks. */
  shown(visible: boolean): void
  readonly query: string
}

export function createSearchView(engine: Engine, onQuery: (query: string) => void): SearchView {
  const input = byId('query', HTMLInputElement)
  const form = byId('search-form', HTMLFormElement)
  const clear = byId('clear', HTMLButtonElement)
  const panel = byId('search', HTMLElement)
  const results = byId('search-results', HTMLElement)
  const list = byId('search-list', HTMLOListElement)
  const how = byId('how', HTMLElement)
  const nothing = byId('nothing', HTMLElement)
  const failurePlace = byId('search-error', HTMLElement)
  const line = createRunLine(byId('search-run', HTMLElement), 'search-run-text')
  let index: LexicalIndex | undefined
  let sectionCount = 0
  let hits: Hit[] = []
  let rows: Row[] = []
  let wordsMilliseconds = 0
  let run: AbortController | undefined
  let visible = false
  /** Queries that this reranker has read to the end: asked again, they come from its cache. */
  let remembered = new Set<string>()

  const idleText = () =>
    index === undefined ? 'Loading the documentation …' : `${plural(sectionCount, 'section')}, indexed on this device`

  const byWords = () => `${hits.length} found by words in ${formatDuration(wordsMilliseconds)}`

  /** Places passages by their ranking; those that are not read yet follow in the order of the words. */
  const show = (ranking: Ranking, moving = true) => {
    const ranked = ranking.results.map(result => result.index)
    const seen = new Set(ranked)
    const order = [...ranked, ...rows.keys()].filter((place, i) => i < ranked.length || !seen.has(place))
    showRows(
      list,
      order.map(place => rows[place]!),
      ranked.length,
      moving,
    )
    if (!ranking.done)
      line.show(`Reading: ${ranking.encoded} of ${plural(ranking.total, 'section')}`, ranking.encoded / ranking.total)
  }

  /** Whoever types wants to see the results from the first: also on a phone, where the keyboard leaves room for little else. */
  const toTop = () => {
    const top = panel.getBoundingClientRect().top
    if (top < 0 || narrow.matches) scrollBy({ top, behavior: 'instant' })
  }

  /** The order of the words, for want of a better one. */
  const showWords = () => {
    showRows(list, rows, 0, false)
    line.show(byWords() + (engine.state.phase === 'loading' ? ' · model is loading' : ''))
  }

  const search = () => {
    const query = input.value.trim()
    onQuery(query)
    clear.hidden = input.value === ''
    run?.abort()
    run = undefined
    showEngineFailure(failurePlace, engine)
    if (index === undefined) return line.show(idleText())
    const begin = performance.now()
    hits = query === '' ? [] : index.search(query, candidates)
    wordsMilliseconds = performance.now() - begin
    how.hidden = query !== ''
    results.hidden = hits.length === 0
    nothing.hidden = query === '' || hits.length > 0
    nothing.textContent = nothing.hidden ? '' : 'No section shares a word with this query. Try other words.'
    rows = hits.map(createSectionRow)
    showWords()
    if (hits.length === 0) line.show(query === '' ? idleText() : 'Nothing found by words')
    else void rank(query)
  }

  const rank = async (query: string) => {
    const { reranker, depth } = engine
    if (!visible) return
    if (reranker === undefined) return announce(byWords())
    const own = new AbortController()
    run = own
    const paced = atMostEvery<Ranking>(pace, ranking => {
      if (!own.signal.aborted) show(ranking)
    })
    const passages = hits.map(({ section, score }) => ({
      title: section.path.join(' › '),
      text: section.text,
      firstStageScore: score,
    }))
    line.show(`Reading: 0 of ${plural(hits.length, 'section')}`, 0)
    const begin = performance.now()
    try {
      const ranking = await reranker.rank(query, passages, {
        supersede: true,
        signal: own.signal,
        ...(depth === undefined ? {} : { depth }),
        onPartial: paced.call,
      })
      const milliseconds = performance.now() - begin
      if (own.signal.aborted) return
      paced.flush(ranking)
      // Partial rankings come by another way than the answer: one may still be under way.
      own.abort()
      const key = `${depth} ${query}`
      const fromMemory = remembered.has(key)
      remembered.add(key)
      engine.ran({ pairs: ranking.total, milliseconds, depth: depth ?? reranker.info.depth, fromMemory })
      const took = `${ranking.total} ranked in ${formatDuration(milliseconds)}`
      const speed = fromMemory ? 'from memory' : `${formatRate((1000 * ranking.total) / milliseconds)} pairs/s`
      const { device, precision } = reranker.info
      line.show(`${took} · ${speed} · ${deviceName(device)} ${precision}`)
      const best = hits[ranking.results[0]?.index ?? 0]
      announce(`${took}. First: ${best?.section.path.at(-1)}`)
    } catch (error) {
      paced.cancel()
      if (own.signal.aborted || isWanted(error)) return
      showWords()
      showFailure(failurePlace, 'The ranking stopped. These are the results by words.', error, remediesOf(engine))
    }
  }

  input.addEventListener('input', () => {
    toTop()
    search()
  })
  clear.addEventListener('click', () => {
    input.value = ''
    search()
    input.focus()
  })
  form.addEventListener('submit', event => {
    event.preventDefault()
    input.blur()
  })
  byId('chips', HTMLUListElement).addEventListener('click', event => {
    if (!(event.target instanceof HTMLButtonElement)) return
    input.value = event.target.textContent?.trim() ?? ''
    toTop()
    search()
  })
  moveByArrows(list, input)
  const keyOf = ({ phase }: EngineState) => `${phase} ${engine.depth}`
  let known = keyOf(engine.state)
  engine.watch(state => {
    // Progress and news of the device leave the results alone.
    if (keyOf(state) === known) return
    known = keyOf(state)
    const { phase } = state
    if (index === undefined) return
    if (phase === 'loading') remembered = new Set()
    showEngineFailure(failurePlace, engine)
    if (hits.length === 0) return
    if (phase === 'ready') void rank(input.value.trim())
    else {
      run?.abort()
      showWords()
    }
  })
  line.show(idleText())

  return {
    ready(newIndex, count) {
      index = newIndex
      sectionCount = count
      search()
    },
    failed(error, retry) {
      line.show('No documentation to search')
      showFailure(failurePlace, 'There is nothing to search yet.', error, [{ label: 'Try again', act: retry }])
    },
    search(query) {
      input.value = query
      search()
    },
    shown(nowVisible) {
      if (nowVisible === visible) return
      visible = nowVisible
      if (!visible) run?.abort()
      else if (hits.length > 0) void rank(input.value.trim())
    },
    get query() {
      return input.value.trim()
    },
  }
}
