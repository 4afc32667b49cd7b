import type { CreateOptions, Reranker } from '../api/ranking.js'
import type { OpenSearchOptions, SiteSearch } from '../api/search.js'
import { ActiveCell, type ListRow } from './activeCell.js'
import { dispatchSearchEvent } from './events.js'
import { isSamePage } from './groupPages.js'
import { LazyIndex } from './lazyIndex.js'
import { ModelLoader } from './modelLoader.js'
import { loadPackage } from './packageEntry.js'
import { RecentSearches } from './recentSearches.js'
import { type Result, rowKeyOf } from './result.js'
import { SearchController } from './searchController.js'
import { type Filters, queryOf, type SearchState } from './searchState.js'

export interface SearchBoxOptions {
  /** An open index, or how to open one. */
  index: SiteSearch | OpenSearchOptions
  /** A reranker, or how to create one. */
  model: Reranker | CreateOptions | undefined
  /** Separates the recent searches of one index from another's. */
  name: string
  limit: number
  /** The version and language that the page is about, in the index's words. */
  context: () => Filters
  recent: number
  /** Queries that the empty search offers. */
  examples: readonly string[]
  /** Whether the model is loaded when the search is first used. */
  loadOnUse: boolean
}

/** A row of the list: a result (maybe below another of its page), an earlier query, a suggestion, a button for more. */
export type ListItem = ListRow &
  ({ result: Result; place: number; follows: boolean } | { query: string; recent: boolean } | { more: true })

/**
 * The state of one search box, without its looks: the rows of its list, and which of them are active or explained. It
 * connects index, model and searches, and dispatches the element's events.
 */
export class SearchBox {
  filters: Filters = {}
  /** Keys of the rows with an open explanation. */
  readonly explained = new Set<number>()
  readonly active = new ActiveCell()
  readonly recent: RecentSearches
  readonly model: ModelLoader
  readonly #index: LazyIndex | undefined
  readonly #controller: SearchController
  #dispatchedPhase: string | undefined
  #dispatchedSearch = ''

  readonly #host: HTMLElement
  readonly #options: SearchBoxOptions
  readonly #onChange: (moved: boolean) => void

  /**
   * Whether the pointer moved within the list of this query. If the list appeared under a resting one, no row is held.
   */
  pointerMoved = false

  /**
   * @param host dispatches the events
   * @param hoveredRow the key of the row under a resting pointer, if there is one
   * @param onChange called after every change; `moved` tells whether shown rows changed places
   */
  constructor(
    host: HTMLElement,
    options: SearchBoxOptions,
    hoveredRow: () => number | undefined,
    onChange: (moved: boolean) => void,
  ) {
    this.#host = host
    this.#options = options
    this.#onChange = onChange

    const { index, model, name, recent, limit, context } = options
    this.recent = new RecentSearches(name, recent)
    this.#index = 'query' in index ? undefined : new LazyIndex(index)
    this.model =
      model && 'rank' in model ? ModelLoader.ready(model) : new ModelLoader(model, () => this.#modelChanged())
    this.#controller = new SearchController(
      async () => {
        if (!('query' in index)) return this.#index!.open()
        await loadPackage()
        return index
      },
      () => this.model.reranker,
      limit,
      context,
      hoveredRow,
      moved => this.#searchChanged(moved),
    )
  }

  get state(): SearchState {
    return this.#controller.state
  }

  get query(): string {
    return queryOf(this.state)
  }

  /** Whether the empty search shows earlier queries, and not the page's examples. */
  get hasRecent(): boolean {
    return this.recent.all.length > 0
  }

  /** Rows of the list: results, or suggestions if there are none; earlier queries, or the page's examples, while the input is empty. */
  get items(): ListItem[] {
    const { phase, results, suggestions } = this.state
    if (this.query === '') {
      const recent = this.hasRecent
      const queries = recent ? this.recent.all : this.#options.examples
      return queries.map((query, i) => ({ id: `query-${i}`, cells: recent ? 2 : 1, query, recent }))
    }
    if (results.length > 0) {
      const rows: ListItem[] = results.slice(0, this.state.shown).map((result, i) => {
        return {
          id: `result-${rowKeyOf(result)}`,
          cells: 2,
          result,
          place: i,
          follows: isSamePage(result, results[i - 1]),
        }
      })
      return this.#controller.hasMore ? [...rows, { id: 'more', cells: 1, more: true }] : rows
    }
    if (phase === 'searching') return []
    return suggestions.map((query, i) => ({ id: `suggestion-${i}`, cells: 1, query, recent: false }))
  }

  /** Call at the first interaction. Fetches the index and, if the page wants it, the model. */
  begin(): void {
    if (this.#options.loadOnUse) this.model.loadUnlessSavingData()
    if (this.state.phase === 'idle' && this.query === '') void this.#controller.search(this.state.input, this.filters)
  }

  /** Searches. @param input the input's text @param asTyped makes no corrections */
  search(input: string, asTyped = false): void {
    this.active.leave()
    this.explained.clear()
    this.pointerMoved = false
    void this.#controller.search(input, this.filters, asTyped)
  }

  /** Shows more results. If the button was the active row, the first new result becomes active. */
  async showMore(): Promise<void> {
    const { shown } = this.state
    const atButton = this.active.row === 'more'
    await this.#controller.showMore()
    const next = this.items[shown]
    if (atButton && this.active.row === 'more' && next) this.active.goTo(next.id)
    this.#onChange(false)
  }

  /** Searches beyond the page's own version and language. */
  leaveContext(names = Object.keys(this.state.context)): void {
    this.filters = { ...this.filters, ...Object.fromEntries(names.map(name => [name, []])) }
    this.searchAgain()
  }

  filter(name: string, value: string): void {
    this.filters = { ...this.filters, [name]: value === '' ? [] : [value] }
    this.searchAgain()
  }

  searchAgain(): void {
    this.search(this.state.input)
  }

  step(way: 1 | -1): void {
    this.engage()
    this.active.step(way, this.items)
    this.#onChange(false)
  }

  /** @returns false if the key is the input's */
  stepAcross(way: 1 | -1): boolean {
    const moved = this.active.across(way, this.items)
    this.#onChange(false)
    return moved
  }

  /** The visitor moves through the list, so its order must hold still. */
  engage(): void {
    this.#controller.engage()
  }

  readonly showBetterOrder = (): void => {
    this.active.leave()
    this.#controller.showBetterOrder()
  }

  toggleExplanation(result: Result): void {
    this.engage()
    const row = rowKeyOf(result)
    if (!this.explained.delete(row)) {
      this.explained.add(row)
      void this.#controller.findMet(result)
    }
    this.#onChange(false)
  }

  /** @returns false if the page follows the result itself */
  follow(result: Result, url: string): boolean {
    const { phase, results } = this.state
    const { query } = this
    this.recent.add(query)
    return dispatchSearchEvent(this.#host, 'mvp-search-select', {
      query,
      url,
      result: result.candidate,
      place: results.indexOf(result),
      ranked: phase === 'ranked',
    })
  }

  /** Removes one recent search, or all. */
  forget(query?: string): void {
    this.recent.remove(query)
    this.active.leave()
    this.#onChange(false)
  }

  dispose(): void {
    this.#controller.dispose()
    this.model.dispose()
    this.#index?.dispose()
  }

  #modelChanged(): void {
    const { state } = this.model
    const error = state.phase === 'failed' ? { error: state.error } : {}
    if (state.phase !== this.#dispatchedPhase) {
      dispatchSearchEvent(this.#host, 'mvp-search-model', { phase: state.phase, ...error })
    }
    this.#dispatchedPhase = state.phase
    if (state.phase === 'ready') this.#controller.modelReady()
    this.#onChange(false)
  }

  #searchChanged(moved: boolean): void {
    const { phase, total, read, took, error } = this.state
    const { query } = this
    const search = `${phase} ${query}`
    if (search !== this.#dispatchedSearch && query !== '') {
      if (phase === 'words' || phase === 'ranked') {
        const ranked = phase === 'ranked'
        dispatchSearchEvent(this.#host, 'mvp-search-results', { query, total, ranked, read, milliseconds: took })
      }
      if (phase === 'stopped') dispatchSearchEvent(this.#host, 'mvp-search-error', { error })
    }
    this.#dispatchedSearch = search
    this.#onChange(moved)
  }
}
