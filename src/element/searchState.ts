import type { FacetValue } from '../api/search.js'
import type { Result } from './result.js'

export type Filters = Record<string, string[]>

export interface SearchState {
  /** The text of the input as it was typed: the one place that holds the query. `queryOf` trims it. */
  input: string
  /**
   * idle: no query; searching: the index is asked, rows are still those of the former query; words: ordered by words;
   * reading: the model ranks; ranked: the model has ranked all candidates; stopped: the index or the model failed.
   */
  phase: 'idle' | 'searching' | 'words' | 'reading' | 'ranked' | 'stopped'
  /** In the order that is shown; each section once, by its best part, the sections of a page below each other. */
  results: Result[]
  /** How many of them are shown at most. */
  shown: number
  /** The query as it was corrected, which is what was searched. */
  corrected?: string
  /** The visitor wants the words as they were typed. */
  asTyped: boolean
  /** Values of the page that narrowed the search, by the filter's name. */
  context: Record<string, string[]>
  /** No section answers the query, as far as that can be told: the results are the nearest. */
  unanswered: boolean
  /** The model does not know the words of the query: the order is that of words. */
  unread: boolean
  /** The rows are ordered by more than words: by embeddings, or by the model too. */
  byMeaning: boolean
  /** A better order is known but not shown, because the visitor moves through the present one. */
  betterHeld: boolean
  /** Number of sections that match words of the query. */
  total: number
  facets: Record<string, FacetValue[]>
  suggestions: string[]
  /** Number of passages that the model has ranked, of `toRead`. Some of them it may have read for an earlier query. */
  read: number
  toRead: number
  /** Milliseconds that the last finished step took. */
  took: number
  /** Why the index does not answer, or why the model stopped. */
  error?: unknown
}

export const initialState: SearchState = {
  input: '',
  phase: 'idle',
  results: [],
  shown: 0,
  asTyped: false,
  context: {},
  unanswered: false,
  unread: false,
  byMeaning: false,
  betterHeld: false,
  total: 0,
  facets: {},
  suggestions: [],
  read: 0,
  toRead: 0,
  took: 0,
}

/** The query of a state: the input without the spaces around it. */
export const queryOf = ({ input }: Pick<SearchState, 'input'>): string => input.trim()
