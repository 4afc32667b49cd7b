import type { Signals } from '../../api/ranking.js'
import type { Candidate, MatchedTerm } from '../../api/search.js'

/** All that the element says. Functions get what they tell of; numbers come as numbers. */
export interface Strings {
  /** The button, and the name of the dialog. */
  search: string
  /** Name of the input. */
  label: string
  placeholder: string
  clear: string
  close: string
  /** Name of the list. */
  results: string
  filters: string
  /** First choice of a filter. @param name as the index has it */
  any: (name: string) => string
  /** How a filter is called. @param name as the index has it */
  filterName: (name: string) => string
  recent: string
  clearRecent: string
  forget: (query: string) => string
  found: (count: number) => string
  nothing: (query: string) => string
  nothingHint: string
  /** No words matched; the model looks for meanings. */
  searchingByMeaning: string
  didYouMean: string
  /** The better order is offered. */
  offer: string
  takeOffer: string
  announceOffer: string
  /** What a search says when it has come to rest. */
  announceRanked: (count: number, first: string) => string
  announceWords: (count: number) => string
  byWords: string
  savingData: string
  loadModel: string
  loading: (percent: number | undefined) => string
  reading: (read: number, of: number) => string
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
    /** How a query's word met a term of the text. */
    match: Record<MatchedTerm['match'], (word: string, term: string) => string>
    semantic: string
    similarity: (percent: number) => string
    /** @param place from 1 */
    semanticPlace: (place: number) => string
    views: string
    /** @param place from 1 */
    modelPlace: (place: number, of: number) => string
    /** Name of a view. @param view from 1 */
    view: (view: number) => string
    /** @param place from 1 */
    viewPlace: (place: number, of: number) => string
    /** What the order was made of, where that is more than the model's views. */
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
