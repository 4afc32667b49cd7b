import { pluralOf, type Strings } from './strings.js'

const plural = pluralOf('en')
const numbers = new Intl.NumberFormat('en')

const ordinals = new Intl.PluralRules('en', { type: 'ordinal' })
const endings: Record<string, string> = { one: 'st', two: 'nd', few: 'rd', other: 'th' }
const nth = (place: number) => `${numbers.format(place)}${endings[ordinals.select(place)]}`

export const en: Strings = {
  search: 'Search',
  label: 'Search',
  placeholder: 'Words or a question',
  clear: 'Clear',
  close: 'Close',
  results: 'Results',
  filters: 'Filters',
  any: name => `Any ${name}`,
  filterName: name => name.charAt(0).toUpperCase() + name.slice(1),
  recent: 'Recent searches',
  clearRecent: 'Clear all',
  forget: query => `Forget “${query}”`,
  found: count => plural(count, 'result', 'results'),
  nothing: query => `Nothing found for “${query}”`,
  searchingByMeaning: 'No section has these words. Looking for the meaning …',
  nothingHint: 'Try other or fewer words.',
  didYouMean: 'Did you mean',
  offer: 'A better order is ready.',
  takeOffer: 'Show it',
  announceOffer: 'A better order is ready. The button “Show it” is after the list.',
  announceRanked: (count, first) => `${plural(count, 'result', 'results')}. First: ${first}`,
  announceWords: count => plural(count, 'result', 'results'),
  byWords: 'Ordered by words',
  savingData: 'Ordered by words, to save data',
  loadModel: 'Rank by meaning',
  loading: percent => `Ordered by words · model is loading${percent === undefined ? '' : `, ${percent}\u00a0%`}`,
  reading: (read, total) => `Reading ${numbers.format(read)} of ${numbers.format(total)}`,
  ranked: (count, ms) =>
    `${numbers.format(count)} passages read in ${numbers.format(Math.round(ms / 100) / 10)} s, on this device`,
  modelFailed: 'Ordered by words: the model could not be loaded',
  rankingStopped: 'Ordered by words: the model stopped',
  opening: 'Opening the search …',
  indexFailed: 'The search could not be opened.',
  tryAgain: 'Try again',
  move: 'to move',
  choose: 'to open',
  leave: 'to close',
  source: { words: 'Words', semantic: 'Meaning', both: 'Words + meaning' },
  why: 'Why this result?',
  whyOf: title => `Why this result? ${title}`,
  explain: {
    summary: {
      words: 'It has words of your search.',
      semantic: 'It has none of your words, but a meaning that is close to them.',
      both: 'It has words of your search, and a meaning that is close to them.',
    },
    wordsPlace: place => `By words alone it would be ${nth(place)}.`,
    words: 'What each word added',
    match: {
      exact: word => `“${word}”`,
      form: (word, term) => `“${word}” as “${term}”`,
      prefix: (word, term) => `“${word}…” as in “${term}”`,
      spelling: (word, term) => `“${word}”, much like “${term}”`,
    },
    semantic: 'Closeness of meaning',
    similarity: percent => `${percent} of 100`,
    semanticPlace: place => `By meaning alone it would be ${nth(place)}.`,
    views: 'What the model read',
    modelPlace: (place, total) =>
      `The model read your search and ${numbers.format(total)} passages together, in several ways, and placed this one ${nth(place)}.`,
    view: view => `Way ${view}`,
    viewPlace: (place, total) => `${nth(place)} of ${numbers.format(total)}`,
    signals: 'What the order was made of',
    signal: {
      mvp: 'All ways together',
      lateInteraction: 'Word by word',
      cosine: 'Closeness of meaning',
      firstStage: 'The first search',
    },
    unread: 'The model has not read it yet.',
  },
}
