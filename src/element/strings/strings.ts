import type { Signal } from '../../api/models.js'
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
  /** The query was corrected. */
  resultsFor: (corrected: string) => string
  /** Undoes the correction. */
  searchTyped: (query: string) => string
  /** No result answers the query; those below are the nearest. */
  nearest: string
  /** The model does not know the words of the query. */
  notRead: string
  /** Shows more results. */
  more: string
  /** Searches all versions and languages. */
  everywhere: string
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
  /** At once by words and meaning, before the model reads. */
  byMeaning: string
  savingData: string
  loadModel: string
  loading: (percent: number | undefined) => string
  /** The model is at work. @param ranked number of passages that have a place */
  reading: (ranked: number, total: number) => string
  /** The time is that of this ranking: passages that the model read before are not read again. */
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
    /** The query names the section, which therefore comes first. */
    exact: string
    summary: Record<Candidate['source'], string>
    /** @param place from 1 */
    wordsPlace: (place: number) => string
    words: string
    /** How a word of the query matched a term of the text. */
    match: Record<MatchedTerm['match'], (word: string, term: string) => string>
    semantic: string
    cosine: string
    /** @param cosine −1 to 1 */
    similarity: (cosine: number) => string
    /** @param place from 1 */
    semanticPlace: (place: number) => string
    views: string
    /**
     * Why it stands where it stands. Where several signals were added up, each with the place that it alone would give;
     * else the order is that of the mean of the views, or of the score of a model without views.
     * @param place from 1
     */
    modelPlace: (
      place: number,
      total: number,
      signals: readonly { name: string; place: number }[],
      views: number,
    ) => string
    /** The best were ranked again among themselves, and stand above the others. */
    rankedAgain: (best: number, isBest: boolean) => string
    /** Name of a view. @param view from 1 */
    view: (view: number) => string
    /** @param place from 1 */
    viewPlace: (place: number, total: number) => string
    /** Title of the signals that made the order, where it combines several. */
    signals: string
    signal: Record<Signal, string>
    unread: string
  }
}

/** A duration in its two leading digits or fewer: “40 ms”, “0.4 s”, “12 s”. */
export function durationOf(locale: string): (milliseconds: number) => string {
  const numbers = new Intl.NumberFormat(locale, { maximumSignificantDigits: 2 })
  return milliseconds =>
    milliseconds < 100
      ? `${numbers.format(Math.max(1, milliseconds))}\u00a0ms`
      : `${numbers.format(milliseconds / 1000)}\u00a0s`
}

export function pluralOf(locale: string): (count: number, one: string, other: string) => string {
  const rules = new Intl.PluralRules(locale)
  const numbers = new Intl.NumberFormat(locale)
  return (count, one, other) => `${numbers.format(count)} ${rules.select(count) === 'one' ? one : other}`
}
