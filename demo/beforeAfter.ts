import { queryVector } from '../src/element/queryEncoding.js'
import type { Candidate, Reranker, SiteSearch } from '../src/index.js'
import { fitsEmbeddings } from '../src/search/fitsEmbeddings.js'
import type { DemoEngine } from './demoEngine.js'
import { byId, createElement, visuallyHidden } from './dom.js'
import { isCancellation } from './failure.js'

/** Rows in each list. */
const shownCount = 4

/** Candidates by keywords, among which a row of the model's list is looked for. */
const wordCount = 50

/** Passages that the model reads, as in the search above. */
const readCount = 16

/** Answers one query twice: by keywords, and with the model once it is loaded. */
export function showBeforeAfter(engine: DemoEngine, search: Promise<SiteSearch>): void {
  const query = byId('story-query', HTMLElement).textContent!.trim()
  const byWords = byId('story-words', HTMLOListElement)
  const byModel = byId('story-model', HTMLOListElement)
  const state = byId('story-state', HTMLElement)
  let isDone = false
  let running = false
  engine.watch(() => void show())

  async function show(): Promise<void> {
    if (isDone || running) return
    running = true
    try {
      const index = await search
      const { candidates } = await index.query(query, { limit: wordCount })
      const words = onePerSection(candidates)
      showRows(byWords, words, () => undefined)
      const { reranker } = engine
      state.textContent = reranker ? 'The model is reading …' : 'The model is not there yet.'
      if (!reranker) return
      const ranked = onePerSection(await rankSections(index, reranker, query))
      const places = new Map(words.map(({ section }, place) => [section, place]))
      showRows(byModel, ranked, ({ section }) => moveOf(places.get(section)))
      state.textContent = ''
      isDone = true
    } catch (error) {
      // The search above says what failed; a device that comes back asks again.
      if (!isCancellation(error)) state.textContent = 'The model did not rank it.'
    } finally {
      running = false
    }
  }
}

/** The whole chain: keywords and embeddings find, the model reads the best. */
async function rankSections(index: SiteSearch, reranker: Reranker, query: string): Promise<Candidate[]> {
  const { asPassage, exactFirst, siteFusion } = await import('../src/index.js')
  const vector = await queryVector(reranker, query, new AbortController().signal, !!index.info.tokens)
  const usable = vector !== undefined && fitsEmbeddings(index.info, reranker.info)
  const { candidates } = await index.query(query, { limit: readCount, ...(usable && { vector }) })
  const fusion = usable ? siteFusion(reranker.info) : undefined
  const { results } = await reranker.rank(query, candidates.map(asPassage), { ...(fusion && { fusion }) })
  const order = exactFirst(
    results.map(({ index }) => index),
    candidates,
  )
  return order.map(place => candidates[place]!)
}

/** Long sections are found in parts: each section once, by its best part. */
function onePerSection(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Set<number>()
  return candidates.filter(({ section }) => !seen.has(section) && seen.add(section))
}

/** @param place by keywords, from 0; undefined: it is not among the candidates by keywords */
function moveOf(place: number | undefined): string {
  return place === undefined ? 'not found by keywords' : `number ${place + 1} by keywords`
}

function showRows(
  list: HTMLOListElement,
  candidates: readonly Candidate[],
  move: (candidate: Candidate) => string | undefined,
): void {
  const rows = candidates.slice(0, shownCount).map(candidate => {
    const { crumbs = [], path, title, url } = candidate
    const link = createElement('a', '', path.at(-1) ?? title)
    link.href = url
    const where = createElement('span', 'story-where', [...crumbs, ...path.slice(0, -1)].join(' › '))
    const from = move(candidate)
    const row = createElement('li', '', link, where)
    if (from !== undefined) row.append(createElement('span', 'story-move', visuallyHidden('It is '), from))
    return row
  })
  list.replaceChildren(...rows)
}
