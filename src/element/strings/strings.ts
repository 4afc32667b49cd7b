import type { Signal } from '../../api/models.js'
import type { Candidate, MatchedTerm } from '../../api/search.js'

/** All texts of the element. Functions receive the values to show; numbers come unformatted. */
export interface Strings {
  /** The text of the button, and the name of the dialog. */
  search: string
  /** The name of the input. */
  label: string
  /** The text of the empty input. */
  placeholder: string
  /** The name of the button that empties the input. */
  clear: string
  /** The name of the button that closes the dialog. */
  close: string
  /** The name of the list. */
  results: string
  /** The name of the row of filters. */
  filters: string
  /** The first choice of a filter. @param name the filter's name in the index */
  any: (name: string) => string
  /** The label of a filter. @param name the filter's name in the index */
  filterName: (name: string) => string
  /** The heading of the page's examples. */
  examples: string
  /** Where the query goes, in the foot of the empty dialog. Empty: nothing is said. */
  private: string
  /** The heading of recent searches. */
  recent: string
  /** The button that forgets all recent searches. */
  clearRecent: string
  /** The name of the button that forgets one recent search. */
  forget: (query: string) => string
  /** The number of sections found, for screen readers too. */
  found: (count: number) => string
  /** Nothing was found. */
  nothing: (query: string) => string
  /** What the visitor may try then. */
  nothingHint: string
  /** The query was corrected. */
  resultsFor: (corrected: string) => string
  /** The button that undoes the correction. */
  searchTyped: (query: string) => string
  /** No result answers the query; those below are the nearest. */
  nearest: string
  /** The model does not know the words of the query. */
  notRead: string
  /** The button that shows more results. */
  more: string
  /** The button that searches all versions and languages. */
  everywhere: string
  /** No words matched; the search by meaning still runs. */
  searchingByMeaning: string
  /** The heading of suggestions. */
  didYouMean: string
  /** A better order is there. */
  offer: string
  /** The button that shows the better order. */
  takeOffer: string
  /** The same for screen readers. */
  announceOffer: string
  /** For screen readers: the model has ranked the results. */
  announceRanked: (count: number, first: string) => string
  /** The note that words alone order the results. */
  byWords: string
  /** The note of the order at once, by words and meaning, before the model reads. */
  byMeaning: string
  /** The note that the model waits, because the visitor saves data. */
  savingData: string
  /** The button that loads the model. */
  loadModel: string
  /** The model loads. @param percent 0 to 100; undefined at the start */
  loading: (percent: number | undefined) => string
  /** The model is there, and nothing was searched yet. */
  ready: string
  /** The model reads. @param ranked the number of passages that have a place */
  reading: (ranked: number, total: number) => string
  /** The model has ranked. The time leaves out what it read for earlier queries. */
  ranked: (count: number, milliseconds: number) => string
  /** The model could not be loaded. */
  modelFailed: string
  /** The model stopped midway. */
  rankingStopped: string
  /** The index is being opened. */
  opening: string
  /** The index could not be opened. */
  indexFailed: string
  /** The button that tries again. */
  tryAgain: string
  /** What the arrow keys do. */
  move: string
  /** What Enter does. */
  choose: string
  /** What Escape does. */
  leave: string
  /** How a result was found. */
  source: Record<Candidate['source'], string>
  /** Stands in place of how it was found where the result climbed. @param place its place by words, from 1 */
  climbed: (place: number) => string
  /** The button that explains a result. */
  why: string
  /** The name of that button. */
  whyOf: (title: string) => string
  /** The button that unfolds the figures of an explanation. */
  figures: string
  /** The explanation of a result. */
  explain: {
    /** The query names the section, which therefore comes first. */
    exact: string
    /** Its place in a plain sentence. @param place from 1 @param byWords its place by words, from 1, if it has one */
    plain: (place: number, total: number, byWords: number | undefined) => string
    /** How it was found. @param source one of `source` above */
    foundBy: (source: string) => string
    /** Its place in the list by words or by meaning. @param source one of `source` above @param place from 1 */
    listPlace: (source: string, place: number) => string
    /** The heading of the words that matched. */
    words: string
    /** How a word of the query matched a term of the text. */
    match: Record<MatchedTerm['match'], (word: string, term: string) => string>
    /** The heading of the match by meaning. */
    semantic: string
    /** The name of the bar of the cosine. */
    cosine: string
    /** The cosine in words. @param cosine −1 to 1 */
    similarity: (cosine: number) => string
    /** The heading of the views. */
    views: string
    /**
     * What the model's place follows from. If fusion added signals up, each comes with the place, from 1, that it alone
     * would give. Else it is the mean of the views, or the score of a model without views.
     */
    basis: (signals: readonly { name: string; place: number }[], views: number) => string
    /** The best were ranked again among themselves, and stand above the others. */
    rankedAgain: (best: number, isBest: boolean) => string
    /** The name of a view. @param view from 1 */
    view: (view: number) => string
    /** Its place by a view. @param place from 1 */
    viewPlace: (place: number, total: number) => string
    /** The heading of the signals, if fusion added several up. */
    signals: string
    /** The names of the signals. */
    signal: Record<Signal, string>
    /** The model has not read the result. */
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
