import { pluralOf, type Strings } from './strings.js'

const plural = pluralOf('de')
const numbers = new Intl.NumberFormat('de')
const treffer = (count: number) => plural(count, 'Treffer', 'Treffer')

const filterNames: Record<string, string> = {
  language: 'Sprache',
  section: 'Bereich',
  version: 'Version',
  tags: 'Schlagwort',
}
const filterName = (name: string) => filterNames[name] ?? name.charAt(0).toUpperCase() + name.slice(1)

export const de: Strings = {
  search: 'Suche',
  label: 'Suche',
  placeholder: 'Wörter oder eine Frage',
  clear: 'Leeren',
  close: 'Schließen',
  results: 'Treffer',
  filters: 'Filter',
  any: name => `${filterName(name)}: alle`,
  filterName,
  recent: 'Letzte Suchen',
  clearRecent: 'Alle löschen',
  forget: query => `„${query}“ löschen`,
  found: treffer,
  nothing: query => `Nichts gefunden zu „${query}“`,
  searchingByMeaning: 'Kein Abschnitt hat diese Wörter. Die Bedeutung wird gesucht …',
  nothingHint: 'Versuchen Sie andere oder weniger Wörter.',
  didYouMean: 'Meinten Sie',
  offer: 'Eine bessere Reihenfolge ist da.',
  takeOffer: 'Anzeigen',
  announceOffer: 'Eine bessere Reihenfolge ist da. Die Schaltfläche „Anzeigen“ steht nach der Liste.',
  announceRanked: (count, first) => `${treffer(count)}. Der erste: ${first}`,
  announceWords: treffer,
  byWords: 'Nach Wörtern geordnet',
  savingData: 'Nach Wörtern geordnet, um Daten zu sparen',
  loadModel: 'Nach Bedeutung ordnen',
  loading: percent => `Nach Wörtern geordnet · Modell lädt${percent === undefined ? '' : `, ${percent}\u00a0%`}`,
  reading: (read, total) => `${numbers.format(read)} von ${numbers.format(total)} gelesen`,
  ranked: (count, ms) =>
    `${numbers.format(count)} Textstellen auf diesem Gerät gelesen, in ${numbers.format(Math.round(ms / 100) / 10)} s`,
  modelFailed: 'Nach Wörtern geordnet: Das Modell ließ sich nicht laden',
  rankingStopped: 'Nach Wörtern geordnet: Das Modell brach ab',
  opening: 'Die Suche wird geöffnet …',
  indexFailed: 'Die Suche ließ sich nicht öffnen.',
  tryAgain: 'Erneut versuchen',
  move: 'auswählen',
  choose: 'öffnen',
  leave: 'schließen',
  source: { words: 'Wörter', semantic: 'Bedeutung', both: 'Wörter + Bedeutung' },
  why: 'Warum dieser Treffer?',
  whyOf: title => `Warum dieser Treffer? ${title}`,
  explain: {
    summary: {
      words: 'Er enthält Wörter Ihrer Suche.',
      semantic: 'Er enthält keines Ihrer Wörter, aber seine Bedeutung ist ihnen nah.',
      both: 'Er enthält Wörter Ihrer Suche, und seine Bedeutung ist ihnen nah.',
    },
    wordsPlace: place => `Nach Wörtern allein stünde er auf Platz ${numbers.format(place)}.`,
    words: 'Was jedes Wort beitrug',
    match: {
      exact: word => `„${word}“`,
      form: (word, term) => `„${word}“ als „${term}“`,
      prefix: (word, term) => `„${word}…“ wie in „${term}“`,
      spelling: (word, term) => `„${word}“, ähnlich wie „${term}“`,
    },
    semantic: 'Nähe der Bedeutung',
    similarity: percent => `${percent} von 100`,
    semanticPlace: place => `Nach Bedeutung allein stünde er auf Platz ${numbers.format(place)}.`,
    views: 'Was das Modell las',
    modelPlace: (place, total) =>
      `Das Modell las Ihre Suche und ${numbers.format(total)} Textstellen zusammen, auf mehrere Weisen, und setzte diese auf Platz ${numbers.format(place)}.`,
    view: view => `Weise ${view}`,
    viewPlace: (place, total) => `Platz ${numbers.format(place)} von ${numbers.format(total)}`,
    signals: 'Woraus die Reihenfolge entstand',
    signal: {
      mvp: 'Alle Weisen zusammen',
      lateInteraction: 'Wort für Wort',
      cosine: 'Nähe der Bedeutung',
      firstStage: 'Die erste Suche',
    },
    unread: 'Das Modell hat ihn noch nicht gelesen.',
  },
}
