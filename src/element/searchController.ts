import type { Ranking, Reranker } from '../api/ranking.js'
import type { Candidate, FacetValue, SiteSearch } from '../api/search.js'
import { asPassage } from '../search/asPassage.js'
import { fitsEmbeddings } from '../search/fitsEmbeddings.js'
import { siteFusion } from '../search/siteFusion.js'
import { bestParts } from './bestParts.js'
import { glidePace, isGliding } from './glide.js'
import { keepInPlace, rankedThenWaiting, sameTop } from './order.js'
import { RelevantSentences } from './relevantSentence.js'
import { type Result, rowOf, verdictsOf } from './result.js'
import { afterPause, atMostEvery } from './settle.js'

/** How many candidates the model reads. */
const candidates = 50

/** Milliseconds without a keystroke before the model begins to read: reading each half word would only slow the typing. */
const typingPause = 120

export type Filters = Record<string, string[]>

export interface SearchState {
  query: string
  /**
   * idle: no query; searching: words are being looked up, rows are the former ones; words: ordered by words; reading: the model is at it;
   * ranked: the model has read all; stopped: it failed midway.
   */
  phase: 'idle' | 'searching' | 'words' | 'reading' | 'ranked' | 'stopped'
  /** In the order in which they are shown, each section once, by its best part. */
  results: Result[]
  /** A better order is known, and held back because the visitor is moving through this one. */
  betterHeld: boolean
  /** Sections found by words. */
  total: number
  facets: Record<string, FacetValue[]>
  suggestions: string[]
  /** Passages that the model has read, of so many. */
  read: number
  toRead: number
  /** Milliseconds that the last finished step took. */
  took: number
  /** Why the index does not answer, or the model stopped. */
  error?: unknown
}

const nothing: SearchState = {
  query: '',
  phase: 'idle',
  results: [],
  betterHeld: false,
  total: 0,
  facets: {},
  suggestions: [],
  read: 0,
  toRead: 0,
  took: 0,
}

/**
 * One search box's searches: words at once, then what the model makes of them, in an order that holds still for whoever has begun to use it. Knows
 * nothing of the page.
 */
export class SearchController {
  state: SearchState = nothing
  #filters: Filters = {}
  #run = new AbortController()
  #engaged = false
  #better: Result[] = []
  /** All that was found, parts of one section each for itself: what the model reads. */
  #found: Result[] = []
  #sentences: RelevantSentences | undefined
  #sentencesOf: Reranker | undefined

  readonly #index: () => Promise<SiteSearch>
  readonly #reranker: () => Reranker | undefined
  readonly #limit: number
  readonly #kept: () => number | undefined
  readonly #onChange: (moved: boolean) => void

  /**
   * @param index opens the index, or gives the open one
   * @param reranker the model, if it is there
   * @param limit how many results are shown
   * @param kept the row under a resting pointer, which keeps its place
   * @param onChange called after every change; `moved`: rows that are shown changed places
   */
  constructor(
    index: () => Promise<SiteSearch>,
    reranker: () => Reranker | undefined,
    limit: number,
    kept: () => number | undefined,
    onChange: (moved: boolean) => void,
  ) {
    this.#index = index
    this.#reranker = reranker
    this.#limit = limit
    this.#kept = kept
    this.#onChange = onChange
  }

  /** Looks a query up. A newer call ends what an older one began. */
  async search(query: string, filters: Filters = this.#filters): Promise<void> {
    const { signal } = this.#begin()
    this.#filters = filters
    const begin = performance.now()
    // Rows of the former query stay until there are new ones: an empty list in between would flicker.
    this.#show({
      query,
      phase: query === '' ? 'idle' : 'searching',
      betterHeld: false,
      ...(query === '' ? { results: [] } : {}),
    })
    try {
      const index = await this.#index()
      signal.throwIfAborted()
      const found = await index.query(query, { limit: candidates, filters, signal })
      signal.throwIfAborted()
      const { total, facets, suggestions } = found
      this.#found = found.candidates.map(candidate => ({ candidate }))
      const results = bestParts(this.#found)
      const took = performance.now() - begin
      this.state = {
        ...nothing,
        query,
        phase: query === '' ? 'idle' : 'words',
        results,
        total,
        facets,
        suggestions,
        took,
      }
      this.#onChange(false)
      if (query !== '') this.#readSoon(signal)
    } catch (error) {
      if (signal.aborted || isWanted(error)) return
      this.state = { ...nothing, query, phase: 'stopped', error }
      this.#onChange(false)
    }
  }

  /** The model has come: what is shown is read now. */
  modelReady(): void {
    if (this.state.phase === 'words') void this.#read(this.#run.signal)
  }

  /** The visitor has begun to move through the list: from now on it holds still. */
  engage(): void {
    this.#engaged = true
  }

  /** Shows the order that was held back. */
  takeBetter(): void {
    this.#engaged = false
    this.#order(this.#better)
  }

  dispose(): void {
    this.#run.abort()
  }

  #begin(): AbortController {
    this.#run.abort()
    this.#run = new AbortController()
    this.#engaged = false
    this.#better = []
    return this.#run
  }

  readonly #readSoon = afterPause(typingPause, (signal: AbortSignal) => void this.#read(signal))

  async #read(signal: AbortSignal): Promise<void> {
    const reranker = this.#reranker()
    if (signal.aborted || !reranker || this.state.phase !== 'words') return
    const { query } = this.state
    const begin = performance.now()
    this.#show({ phase: 'reading', read: 0, toRead: this.#found.length })
    let paced: ReturnType<typeof atMostEvery<Ranking>> | undefined
    try {
      const index = await this.#index()
      const vector = await queryVector(reranker, query, signal)
      const usable = vector && fitsEmbeddings(index.info, reranker.info) ? vector : undefined
      const found = usable
        ? (await index.query(query, { limit: candidates, filters: this.#filters, vector: usable, signal })).candidates
        : this.#found.map(({ candidate }) => candidate)
      signal.throwIfAborted()
      const results = this.#joined(found)
      this.#found = results
      this.#show({ toRead: results.length })
      const take = (ranking: Ranking) => {
        if (!signal.aborted) this.#take(ranking, results)
      }
      paced = atMostEvery(glidePace, take, isGliding)
      const ranking =
        found.length === 0
          ? { results: [], done: true, encoded: 0, total: 0 }
          : await reranker.rank(query, found.map(asPassage), {
              supersede: true,
              explain: reranker.info.scoring !== 'pointwise',
              ...(usable ? { fusion: siteFusion(reranker.info) } : {}),
              signal,
              onPartial: paced.call,
            })
      const took = performance.now() - begin
      await paced.finish(ranking)
      signal.throwIfAborted()
      this.#show({ phase: 'ranked', took })
      if (vector) await this.#findSentences(reranker, vector, signal)
    } catch (error) {
      paced?.cancel()
      if (signal.aborted || isWanted(error)) return
      this.#show({ phase: 'stopped', error })
    }
  }

  /** The candidates as results: those that were found already stay the results that they are. */
  #joined(found: readonly Candidate[]): Result[] {
    const known = new Map(this.#found.map(result => [result.candidate.id, result]))
    return found.map(candidate => {
      const result = known.get(candidate.id)
      if (!result) return { candidate }
      result.candidate = candidate
      return result
    })
  }

  #take(ranking: Ranking, results: readonly Result[]): void {
    for (const [index, verdict] of verdictsOf(ranking.results)) results[index]!.verdict = verdict
    const order = rankedThenWaiting(
      ranking.results.map(({ index }) => index),
      results.length,
    )
    this.#better = bestParts(order.map(index => results[index]!))
    this.state = { ...this.state, read: ranking.encoded, toRead: ranking.total }
    if (this.#engaged) {
      this.state = { ...this.state, betterHeld: !this.#looksLike(this.#better) }
      this.#onChange(false)
      return
    }
    const better = new Map(this.#better.map(result => [rowOf(result), result]))
    const rows = keepInPlace(rowsOf(this.state.results), [...better.keys()], this.#kept())
    this.#order(rows.map(row => better.get(row)!))
  }

  #order(results: Result[]): void {
    const moved = !this.#looksLike(results)
    this.state = { ...this.state, results }
    this.state = { ...this.state, betterHeld: !this.#looksLike(this.#better) }
    this.#onChange(moved)
  }

  /** Whether what is shown has these rows, in this order. */
  #looksLike(results: readonly Result[]): boolean {
    return sameTop(rowsOf(this.state.results), rowsOf(results), this.#limit)
  }

  /** Of the rows that are shown, from the top, then of those that are held back. */
  async #findSentences(reranker: Reranker, vector: Float32Array, signal: AbortSignal): Promise<void> {
    if (this.#sentencesOf !== reranker) {
      this.#sentences = new RelevantSentences(reranker)
      this.#sentencesOf = reranker
    }
    const shown = [this.state.results, this.#better].flatMap(results => results.slice(0, this.#limit))
    for (const result of new Set(shown)) {
      const sentence = await this.#sentences!.find(vector, result.candidate, signal)
      signal.throwIfAborted()
      if (sentence) result.sentence = sentence
      this.#show({})
    }
  }

  #show(change: Partial<SearchState>): void {
    this.state = { ...this.state, ...change }
    this.#onChange(false)
  }
}

function rowsOf(results: readonly Result[]): number[] {
  return results.map(rowOf)
}

/** The query's embedding; undefined from models that do not embed. */
async function queryVector(reranker: Reranker, query: string, signal: AbortSignal): Promise<Float32Array | undefined> {
  try {
    return (await reranker.embed([query], { signal }))[0]
  } catch (error) {
    if (codeOf(error) === 'unsupported') return undefined
    throw error
  }
}

/** Ends that were wanted: a newer query, or an element that was taken off the page. */
function isWanted(error: unknown): boolean {
  if (error instanceof DOMException) return error.name === 'AbortError'
  return codeOf(error) === 'superseded' || codeOf(error) === 'disposed'
}

/** By its code alone: the class is that of the client, which is loaded late. */
function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code
}
