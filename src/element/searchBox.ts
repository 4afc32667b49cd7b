import type { CreateOptions, Reranker } from '../api/ranking.js'
import type { OpenSearchOptions, SiteSearch } from '../api/search.js'
import { ActiveCell, type ListRow } from './activeCell.js'
import { tell } from './events.js'
import { LazyIndex } from './lazyIndex.js'
import { ModelLoader } from './modelLoader.js'
import { RecentSearches } from './recentSearches.js'
import { type Result, rowOf } from './result.js'
import { type Filters, SearchController, type SearchState } from './searchController.js'

/** What the page gave the element to search with. */
export interface SearchBoxOptions {
  /** An open index, or how to open one. */
  index: SiteSearch | OpenSearchOptions
  /** A reranker, or how to make one. */
  model: Reranker | CreateOptions | undefined
  /** Tells one index's recent searches from another's. */
  name: string
  limit: number
  recent: number
  /** Whether the model is loaded when the search is first used. */
  loadOnUse: boolean
}

/** A row of the list: a result, an earlier query, or a suggestion. */
export type Item = ListRow & ({ result: Result } | { query: string; recent: boolean })

/** One search box without its looks: what is typed, found, moved through and explained. */
export class SearchBox {
  query = ''
  filters: Filters = {}
  /** Results whose explanation is open, by row. */
  readonly explained = new Set<number>()
  readonly active = new ActiveCell()
  readonly recent: RecentSearches
  readonly model: ModelLoader
  readonly #index: LazyIndex | undefined
  readonly #session: SearchController
  #told: string | undefined
  #toldResults = ''

  readonly #host: HTMLElement
  readonly #options: SearchBoxOptions
  readonly #onChange: (moved: boolean) => void

  /**
   * @param host tells the page what happens
   * @param kept the row under a resting pointer, if there is one
   * @param onChange called after every change; `moved`: rows that are shown changed places
   */
  constructor(
    host: HTMLElement,
    options: SearchBoxOptions,
    kept: () => number | undefined,
    onChange: (moved: boolean) => void,
  ) {
    this.#host = host
    this.#options = options
    this.#onChange = onChange

    const { index, model, name, recent, limit } = options
    this.recent = new RecentSearches(name, recent)
    this.#index = 'query' in index ? undefined : new LazyIndex(index)
    this.model = model && 'rank' in model ? ModelLoader.of(model) : new ModelLoader(model, () => this.#modelChanged())
    this.#session = new SearchController(
      async () => ('query' in index ? index : this.#index!.open()),
      () => this.model.reranker,
      limit,
      kept,
      moved => this.#searched(moved),
    )
  }

  get state(): SearchState {
    return this.#session.state
  }

  /** What the list holds: results, else suggestions, else earlier queries. */
  get items(): Item[] {
    const { phase, results, suggestions } = this.state
    if (this.query === '') {
      return this.recent.all.map((query, i) => ({ id: `recent-${i}`, cells: 2, query, recent: true }))
    }
    if (results.length > 0) {
      return results.slice(0, this.#options.limit).map(result => ({ id: `result-${rowOf(result)}`, cells: 2, result }))
    }
    if (phase === 'searching') return []
    return suggestions.map((query, i) => ({ id: `suggestion-${i}`, cells: 1, query, recent: false }))
  }

  /** The first interaction: what it takes to search is fetched now. */
  begin(): void {
    if (this.#options.loadOnUse) this.model.loadUnlessSavingData()
    if (this.state.phase === 'idle' && this.query === '') void this.#session.search('', this.filters)
  }

  type(query: string): void {
    this.query = query.trim()
    this.active.leave()
    this.explained.clear()
    void this.#session.search(this.query, this.filters)
  }

  filter(name: string, value: string): void {
    this.filters = { ...this.filters, [name]: value === '' ? [] : [value] }
    this.type(this.query)
  }

  again(): void {
    this.type(this.query)
  }

  step(way: 1 | -1): void {
    this.engage()
    this.active.step(way, this.items)
    this.#onChange(false)
  }

  /** @returns false if the key is the input's */
  across(way: 1 | -1): boolean {
    const took = this.active.across(way, this.items)
    this.#onChange(false)
    return took
  }

  /** The visitor moves through the list: it holds still. */
  engage(): void {
    this.#session.engage()
  }

  readonly takeBetter = (): void => {
    this.active.leave()
    this.#session.takeBetter()
  }

  explain(result: Result): void {
    this.engage()
    const row = rowOf(result)
    if (!this.explained.delete(row)) this.explained.add(row)
    this.#onChange(false)
  }

  /** @returns false if the page wants to see to it itself */
  follow(result: Result, url: string): boolean {
    const { query, phase, results } = this.state
    this.recent.add(this.query)
    const detail = {
      query,
      url,
      result: result.candidate,
      place: results.indexOf(result),
      ranked: phase === 'ranked',
    }
    return tell(this.#host, 'mvp-search-select', detail)
  }

  forget(query?: string): void {
    if (query === undefined) this.recent.clear()
    else this.recent.remove(query)
    this.active.leave()
    this.#onChange(false)
  }

  dispose(): void {
    this.#session.dispose()
    this.model.dispose()
    this.#index?.dispose()
  }

  #modelChanged(): void {
    const { state } = this.model
    const error = state.phase === 'failed' ? { error: state.error } : {}
    if (state.phase !== this.#told) tell(this.#host, 'mvp-search-model', { phase: state.phase, ...error })
    this.#told = state.phase
    if (state.phase === 'ready') this.#session.modelReady()
    this.#onChange(false)
  }

  #searched(moved: boolean): void {
    const { phase, query, total, read, took, error } = this.state
    const news = `${phase} ${query}`
    if (news !== this.#toldResults && query !== '') {
      if (phase === 'words' || phase === 'ranked') {
        tell(this.#host, 'mvp-search-results', { query, total, ranked: phase === 'ranked', read, milliseconds: took })
      }
      if (phase === 'stopped') tell(this.#host, 'mvp-search-error', { error })
    }
    this.#toldResults = news
    this.#onChange(moved)
  }
}
