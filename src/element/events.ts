import type { Candidate } from '../api/search.js'
import type { ModelState } from './modelLoader.js'

/** The detail of `mvp-search-select`. */
export interface SearchSelectDetail {
  /** The query. */
  query: string
  /** The absolute URL of the result. */
  url: string
  /** The section, and how the index found it. */
  result: Candidate
  /** The place of the result in the list, from 0. */
  place: number
  /** Whether the model had ranked the list. */
  ranked: boolean
}

/** The detail of `mvp-search-results`. */
export interface SearchResultsDetail {
  /** The query. */
  query: string
  /** The number of sections that match words of the query. */
  total: number
  /** Whether the model has ranked the list. If it does, the event comes twice. */
  ranked: boolean
  /** The number of passages that the model has ranked. It may have read some of them for an earlier query. */
  read: number
  /** The time since the visitor typed the query, in milliseconds. */
  milliseconds: number
}

/** The detail of `mvp-search-model`. */
export interface SearchModelDetail {
  /** What happened to the model. */
  phase: ModelState['phase']
  /** Why the model failed. Present in phase `failed`. */
  error?: unknown
}

/**
 * The events of the element. They are only for the page: the element sends nothing. All bubble and cross shadow trees.
 */
export interface SearchEvents {
  /** The dialog opened. */
  'mvp-search-open': CustomEvent<void>
  /** The dialog closed. */
  'mvp-search-close': CustomEvent<void>
  /** Results arrived: by words, and again when the model has ranked them. */
  'mvp-search-results': CustomEvent<SearchResultsDetail>
  /** The visitor follows a result. `preventDefault()` leaves the rest to the page. */
  'mvp-search-select': CustomEvent<SearchSelectDetail>
  /** The model begins to load, is ready, or has failed. */
  'mvp-search-model': CustomEvent<SearchModelDetail>
  /** The index could not be opened or queried, or the model stopped midway. */
  'mvp-search-error': CustomEvent<{ error: unknown }>
}

declare global {
  interface HTMLElementEventMap extends SearchEvents {}
}

/** @returns false if a listener called `preventDefault()` */
export function dispatchSearchEvent<Name extends keyof SearchEvents>(
  host: HTMLElement,
  name: Name,
  detail?: SearchEvents[Name]['detail'],
): boolean {
  return host.dispatchEvent(
    new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: name === 'mvp-search-select' }),
  )
}
