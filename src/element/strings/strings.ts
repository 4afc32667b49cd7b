import type { Signals } from '../../api/ranking.js'
import type { Candidate, MatchedTerm } from '../../api/search.js'

/** All texts of the element. Functions receive the values to show; numbers come unformatted. */
export interface Strings {
  /** Text of the button, and name of the dialog. */
  search: string
  /** Name of the input. */
  label: string
  placeholder: string
  clear: string
  close: string
  /** Name of the list. */
  results: string
  filters: string
  /** First choice of a filter. @param name name of the filter in the index */
  any: (name: string) => string
  /** Label of a filter. @param name name of the filter in the index */
  filterName: (name: string) => string
  recent: string
  clearRecent: string
  forget: (query: string) => string
  found: (count: number) => string
  nothing: (query: string) => string
  nothingHint: string
  /** No words matched; the semantic search still runs. */
  searchingByMeaning: string
  didYouMean: string
  /** The better order is offered. */
  offer: string
  takeOffer: string
  announceOffer: string
  /** Message for screen readers when a search has settled. */
  announceRanked: (count: number, first: string) => string
  announceWords: (count: number) => string
  byWords: string
  savingData: string
  loadModel: string
  loading: (percent: number | undefined) => string
  reading: (read: number, total: number) => string
  ranked: (count: number, milliseconds: number) => string
  modelFailed: string
  rankingStopped: string
  opening: string
  indexFailed: string
  tryAgain: string
  move: string
  choose: string
  leave: string
  source: Record<Candidate['source'], string>
  why: string
  whyOf: (title: string) => string
  explain: {
    summary: Record<Candidate['source'], string>
    /** @param place from 1 */
    wordsPlace: (place: number) => string
    words: string
    /** How a word of the query matched a term of the text. */
    match: Record<MatchedTerm['match'], (word: string, term: string) => string>
    semantic: string
    similarity: (percent: number) => string
    /** @param place from 1 */
    semanticPlace: (place: number) => string
    views: string
    /** @param place from 1 */
    modelPlace: (place: number, total: number) => string
    /** Name of a view. @param view from 1 */
    view: (view: number) => string
    /** @param place from 1 */
    viewPlace: (place: number, total: number) => string
    /** Title of the signals that made the order, where it combines several. */
    signals: string
    signal: Record<keyof Signals, string>
    unread: string
  }
}

export function pluralOf(locale: string): (count: number, one: string, other: string) => string {
  const rules = new Intl.PluralRules(locale)
  const numbers = new Intl.NumberFormat(locale)
  return (count, one, other) => `${numbers.format(count)} ${rules.select(count) === 'one' ? one : other}`
}
