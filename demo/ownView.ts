import type { Ranking } from '../src/api/ranking.js'
import { glidePace, isGliding } from '../src/element/glide.js'
import { afterPause, atMostEvery } from '../src/element/settle.js'
import { announce } from './announcer.js'
import type { DemoEngine, EngineState } from './demoEngine.js'
import { byId } from './element.js'
import { remediesOf, showEngineFailure } from './engineFailure.js'
import { isWanted, showFailure } from './failure.js'
import { formatDuration, plural } from './format.js'
import { keepText } from './keptText.js'
import { showRows } from './list.js'
import { paragraphs } from './paragraphs.js'
import { createPassageRow, type PassageRow, type ViewRange } from './passageRow.js'
import { createRunLine } from './runLine.js'

/** More paragraphs than this are left out, and the page says so. */
const most = 200

function viewRanges({ results }: Ranking): ViewRange[] {
  return (results[0]?.views ?? []).map((_, k) => {
    const scores = results.map(({ views = [] }) => views[k]!)
    return { low: Math.min(...scores), high: Math.max(...scores) }
  })
}

export interface OwnView {
  /** Only a view that is shown ranks. */
  shown(visible: boolean): void
}

export function createOwnView(engine: DemoEngine): OwnView {
  const query = byId('own-query', HTMLInputElement)
  const box = byId('own-passages', HTMLTextAreaElement)
  const list = byId('own-list', HTMLOListElement)
  const legend = byId('own-legend', HTMLElement)
  const failurePlace = byId('own-error', HTMLElement)
  const line = createRunLine(byId('own-run', HTMLElement), 'own-run-text')
  /** Rows by text, so that a passage keeps its row, and glides, while others are edited. */
  let rowsByText = new Map<string, PassageRow>()
  let rows: PassageRow[] = []
  let run: AbortController | undefined
  let visible = false

  keepText(query, example.query)
  keepText(box, example.passages.join('\n\n'))

  const layOut = (texts: string[]) => {
    const next = new Map<string, PassageRow>()
    rows = texts.map((text, i) => {
      const copies = texts.slice(0, i).filter(other => other === text).length
      const key = `${copies} ${text}`
      const row = rowsByText.get(key) ?? createPassageRow(text)
      next.set(key, row)
      return row
    })
    rowsByText = next
  }

  const show = (ranking: Ranking) => {
    const ranked = ranking.results.map(result => result.index)
    const seen = new Set(ranked)
    const waiting = [...rows.keys()].filter(place => !seen.has(place))
    const ends = viewRanges(ranking)
    for (const result of ranking.results) rows[result.index]!.score(result, ends)
    for (const place of waiting) rows[place]!.score()
    showRows(
      list,
      [...ranked, ...waiting].map(place => rows[place]!),
      ranked.length,
      true,
    )
    if (!ranking.done)
      line.show(`Reading: ${ranking.encoded} of ${plural(ranking.total, 'passage')}`, ranking.encoded / ranking.total)
  }

  const rank = async () => {
    run?.abort()
    run = undefined
    showEngineFailure(failurePlace, engine)
    const all = paragraphs(box.value)
    const texts = all.slice(0, most)
    const left = all.length > most ? ` The first ${most} of ${all.length} are ranked.` : ''
    layOut(texts)
    const { reranker } = engine
    legend.hidden = texts.length === 0
    if (texts.length === 0 || query.value.trim() === '' || reranker === undefined) {
      showRows(list, rows, 0, false)
      for (const row of rows) row.score()
      if (texts.length === 0) line.show('Paste some passages')
      else if (query.value.trim() === '') line.show('Type a query')
      else line.show(plural(texts.length, 'passage') + (engine.state.phase === 'loading' ? ' · model is loading' : ''))
      return
    }
    const own = new AbortController()
    run = own
    const take = (ranking: Ranking) => {
      if (!own.signal.aborted) show(ranking)
    }
    const paced = atMostEvery(glidePace, take, isGliding)
    line.show(`Reading: 0 of ${plural(texts.length, 'passage')}`, 0)
    const begin = performance.now()
    try {
      const ranking = await reranker.rank(query.value.trim(), texts, {
        supersede: true,
        signal: own.signal,
        explain: reranker.info.scoring === 'listwise',
        onPartial: paced.call,
      })
      const milliseconds = performance.now() - begin
      await paced.finish(ranking)
      if (own.signal.aborted) return
      const took = `${ranking.total} ranked in ${formatDuration(milliseconds)}`
      engine.ran({ page: 'Passages', pairs: ranking.total, milliseconds })
      line.show(`${took}.${left}`)
      announce(`${took}. The first one begins: ${texts[ranking.results[0]?.index ?? 0]!.slice(0, 60)}`)
    } catch (error) {
      paced.cancel()
      if (own.signal.aborted || isWanted(error)) return
      line.show(plural(texts.length, 'passage'))
      showFailure(
        failurePlace,
        'The ranking stopped. The passages keep the order in which they were.',
        error,
        remediesOf(engine),
      )
    }
  }

  const rankSoon = afterPause(250, () => void rank())
  query.addEventListener('input', rankSoon)
  box.addEventListener('input', rankSoon)
  byId('own-form', HTMLFormElement).addEventListener('submit', event => {
    event.preventDefault()
    void rank()
  })
  let known: EngineState['phase'] = engine.state.phase
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

const example = {
  query: 'What should I do when the dough does not rise?',
  passages: [
    'Bake at 230 °C for 20 minutes with steam, then at 200 °C until the crust is dark. Let the loaf cool on a rack before you cut it.',
    'Old yeast is the usual cause. Stir a spoonful into warm water with a pinch of sugar: if there is no foam after ten minutes, buy fresh yeast and start again.',
    'Share prices in the region continued to rise on Thursday, led by makers of kitchen appliances.',
    'A kitchen below 20 °C slows fermentation. Put the bowl into the oven with only the lamp on, and give it another hour.',
    'Rye has little gluten, so a rye loaf stays dense and does not rise like wheat bread. That is no fault.',
    'Too much salt, or salt that touched the yeast directly, can stop it. Dissolve the salt in the water next time.',
  ],
}
