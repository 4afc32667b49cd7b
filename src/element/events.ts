import type { Candidate } from '../api/search.js'
import type { ModelState } from './modelLoader.js'

export interface SearchSelectDetail {
  query: string
  /** Where the result leads, absolute. */
  url: string
  /** The section as the index has it, and how it was found. */
  result: Candidate
  /** Its place in the list, from 0. */
  place: number
  /** Whether the model had read the list. */
  ranked: boolean
}

export interface SearchResultsDetail {
  query: string
  /** Sections found by words. */
  total: number
  /** Whether the model has read the list: a query that is ranked comes twice. */
  ranked: boolean
  /** Passages that the model has read. */
  read: number
  /** Since the query was typed. */
  milliseconds: number
}

export interface SearchModelDetail {
  phase: ModelState['phase']
  /** With phase `failed`. */
  error?: unknown
}

/** What the element tells the page; nothing is sent anywhere. All bubble and leave the shadow tree. */
export interface SearchEvents {
  'mvp-search-open': CustomEvent<void>
  'mvp-search-close': CustomEvent<void>
  /** Results are there, by words and then by the model. */
  'mvp-search-results': CustomEvent<SearchResultsDetail>
  /** A result is about to be followed; `preventDefault()` leaves the rest to you. */
  'mvp-search-select': CustomEvent<SearchSelectDetail>
  'mvp-search-model': CustomEvent<SearchModelDetail>
  /** The index could not be opened or asked. */
  'mvp-search-error': CustomEvent<{ error: unknown }>
}

declare global {
  interface HTMLElementEventMap extends SearchEvents {}
}

/** @returns false if a listener prevented what comes next */
export function tell<Name extends keyof SearchEvents>(
  from: HTMLElement,
  name: Name,
  detail?: SearchEvents[Name]['detail'],
): boolean {
  return from.dispatchEvent(
    new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: name === 'mvp-search-select' }),
  )
}
