import { durationOf, pluralOf, type Strings } from './strings.js'

const plural = pluralOf('en')
const duration = durationOf('en')
const numbers = new Intl.NumberFormat('en')

const ordinals = new Intl.PluralRules('en', { type: 'ordinal' })
const endings: Record<string, string> = { one: 'st', two: 'nd', few: 'rd', other: 'th' }
const nth = (place: number) => `${numbers.format(place)}${endings[ordinals.select(place)]}`

const found = (count: number) => plural(count, 'result', 'results')
const filterName = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)

export const en: Strings = {
  search: 'Search',
  label: 'Search',
  placeholder: 'Words or a question',
  clear: 'Clear',
  close: 'Close',
  results: 'Results',
  filters: 'Filters',
  any: name => `Any ${name}`,
  filterName,
  examples: 'Examples',
  private: 'What you type stays on this device',
  recent: 'Recent searches',
  clearRecent: 'Clear all',
  forget: query => `Forget “${query}”`,
  found,
  nothing: query => `Nothing found for “${query}”`,
  searchingByMeaning: 'No section has these words. Searching by meaning …',
  nothingHint: 'Try other or fewer words.',
  resultsFor: corrected => `Results for “${corrected}”`,
  searchTyped: query => `Search for “${query}”`,
  nearest: 'No section seems to answer this. The nearest:',
  notRead: 'Ordered by words: the model does not know this language',
  more: 'More results',
  everywhere: 'Search all versions and languages',
  didYouMean: 'Did you mean',
  offer: 'A better order is ready.',
  takeOffer: 'Show it',
  announceOffer: 'A better order is ready. The button “Show it” follows the list.',
  announceRanked: (count, first) => `${found(count)}. First: ${first}`,
  byWords: 'Ordered by words',
  byMeaning: 'Ordered by words and meaning',
  savingData: 'model on hold, to save data',
  loadModel: 'Rank by meaning',
  loading: percent => `model is loading${percent === undefined ? '' : `, ${percent}\u00a0%`}`,
  ready: 'model is ready',
  reading: (ranked, total) => `${numbers.format(ranked)} of ${numbers.format(total)} ranked`,
  ranked: (count, ms) => `${plural(count, 'passage', 'passages')} ranked in ${duration(ms)}, on this device`,
  modelFailed: 'the model could not be loaded',
  rankingStopped: 'The model stopped: the order stays as it is',
  opening: 'Opening the search …',
  indexFailed: 'The search could not be opened.',
  tryAgain: 'Try again',
  move: 'to move',
  choose: 'to open',
  leave: 'to close',
  source: { words: 'Words', semantic: 'Meaning', both: 'Words + meaning' },
  climbed: place => `up from ${nth(place)} by words`,
  why: 'Why this result?',
  whyOf: title => `Why this result? ${title}`,
  figures: 'The figures',
  explain: {
    exact: 'Your search is its exact name, so it stays first.',
    plain: (place, total, byWords) =>
      `The model read it with your search and put it ${nth(place)} of ${numbers.format(total)}${byWords ? `; by words it would be ${nth(byWords)}` : ''}.`,
    foundBy: source => `Found by: ${source}.`,
    listPlace: (source, place) => `In the list “${source}” it is ${nth(place)}.`,
    words: 'What each word added to its score by words',
    match: {
      exact: word => `“${word}”`,
      form: (word, term) => `“${word}” as “${term}”`,
      prefix: (word, term) => `“${word}…” as in “${term}”`,
      spelling: (word, term) => `“${word}”, much like “${term}”`,
    },
    semantic: 'Closeness of meaning',
    cosine: 'Estimated cosine',
    similarity: cosine => cosine.toFixed(2),
    views: 'The model’s views, each by itself',
    basis: (signals, views) => {
      const scores = signals.map(({ name, place }) => `“${name}” (${nth(place)})`).join(', ')
      const by =
        signals.length > 1
          ? `the weighted sum of these scores: ${scores}`
          : views > 0
            ? `the mean of the model’s ${plural(views, 'view', 'views')}`
            : 'the model’s score'
      return `The order follows ${by}.`
    },
    rankedAgain: (best, isBest) =>
      `The best ${numbers.format(best)} were ranked again among themselves; it is ${isBest ? '' : 'not '}one of them.`,
    view: view => `View ${view}`,
    viewPlace: (place, total) => `${nth(place)} of ${numbers.format(total)}`,
    signals: 'The scores that were added up',
    signal: {
      mvp: 'Mean of the views',
      lateInteraction: 'Word by word',
      cosine: 'Closeness of meaning',
      firstStage: 'First search',
    },
    unread: 'The model has not ranked it yet.',
  },
}
