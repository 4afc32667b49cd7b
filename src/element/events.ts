import type { Candidate } from '../api/search.js'
import type { ModelState } from './modelLoader.js'

export interface SearchSelectDetail {
  query: string
  /** The result's absolute URL. */
  url: string
  /** The section, and how the index found it. */
  result: Candidate
  /** Index of the result in the list. */
  place: number
  /** Whether the model had ranked the list. */
  ranked: boolean
}

export interface SearchResultsDetail {
  query: string
  /** Number of sections that match words of the query. */
  total: number
  /** Whether the model has ranked the list. A query that the model ranks is reported twice. */
  ranked: boolean
  /** Number of passages that the model has ranked. Some of them it may have read for an earlier query. */
  read: number
  /** Time since the query was typed. */
  milliseconds: number
}

export interface SearchModelDetail {
  phase: ModelState['phase']
  /** Set in phase `failed`. */
  error?: unknown
}

/** Events of the element; nothing is sent anywhere. All bubble and leave the shadow tree. */
export interface SearchEvents {
  'mvp-search-open': CustomEvent<void>
  'mvp-search-close': CustomEvent<void>
  /** Results, by words and then by the model. */
  'mvp-search-results': CustomEvent<SearchResultsDetail>
  /** A result is about to be followed; `preventDefault()` leaves that to the page. */
  'mvp-search-select': CustomEvent<SearchSelectDetail>
  'mvp-search-model': CustomEvent<SearchModelDetail>
  /** The index could not be opened or queried, or the model stopped. */
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
