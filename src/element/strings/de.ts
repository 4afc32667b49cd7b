import { durationOf, pluralOf, type Strings } from './strings.js'

const plural = pluralOf('de')
const duration = durationOf('de')
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
  examples: 'Beispiele',
  private: 'Was Sie eingeben, bleibt auf diesem Gerät',
  recent: 'Letzte Suchen',
  clearRecent: 'Alle löschen',
  forget: query => `„${query}“ löschen`,
  found: treffer,
  nothing: query => `Nichts gefunden zu „${query}“`,
  searchingByMeaning: 'Kein Abschnitt hat diese Wörter. Die Bedeutung wird gesucht …',
  nothingHint: 'Versuchen Sie andere oder weniger Wörter.',
  resultsFor: corrected => `Treffer für „${corrected}“`,
  searchTyped: query => `„${query}“ suchen`,
  nearest: 'Kein Abschnitt scheint darauf zu antworten. Die nächsten:',
  notRead: 'Nach Wörtern geordnet: Diese Sprache kennt das Modell nicht',
  more: 'Mehr Treffer',
  everywhere: 'In allen Versionen und Sprachen suchen',
  didYouMean: 'Meinten Sie',
  offer: 'Eine bessere Reihenfolge ist da.',
  takeOffer: 'Anzeigen',
  announceOffer: 'Eine bessere Reihenfolge ist da. Die Schaltfläche „Anzeigen“ folgt der Liste.',
  announceRanked: (count, first) => `${treffer(count)}. Der erste: ${first}`,
  byWords: 'Nach Wörtern geordnet',
  byMeaning: 'Nach Wörtern und Bedeutung geordnet',
  savingData: 'Modell wartet, um Daten zu sparen',
  loadModel: 'Nach Bedeutung ordnen',
  loading: percent => `Modell lädt${percent === undefined ? '' : `, ${percent}\u00a0%`}`,
  ready: 'Modell ist bereit',
  reading: (ranked, total) => `${numbers.format(ranked)} von ${numbers.format(total)} geordnet`,
  ranked: (count, ms) => `${plural(count, 'Textstelle', 'Textstellen')} auf diesem Gerät geordnet, in ${duration(ms)}`,
  modelFailed: 'das Modell ließ sich nicht laden',
  rankingStopped: 'Das Modell brach ab; die Reihenfolge bleibt',
  opening: 'Die Suche wird geöffnet …',
  indexFailed: 'Die Suche ließ sich nicht öffnen.',
  tryAgain: 'Erneut versuchen',
  move: 'auswählen',
  choose: 'öffnen',
  leave: 'schließen',
  source: { words: 'Wörter', semantic: 'Bedeutung', both: 'Wörter + Bedeutung' },
  climbed: place => `nach Wörtern Platz ${numbers.format(place)}`,
  why: 'Warum dieser Treffer?',
  whyOf: title => `Warum dieser Treffer? ${title}`,
  figures: 'Die Zahlen',
  explain: {
    exact: 'Ihre Suche ist genau sein Name; darum bleibt er vorn.',
    plain: (place, total, byWords) =>
      `Das Modell las ihn mit Ihrer Suche: Platz ${numbers.format(place)} von ${numbers.format(total)}${byWords ? `, nach Wörtern Platz ${numbers.format(byWords)}` : ''}.`,
    foundBy: source => `Gefunden durch: ${source}.`,
    listPlace: (source, place) => `In der Liste „${source}“ steht er auf Platz ${numbers.format(place)}.`,
    words: 'Was jedes Wort zum Wert nach Wörtern beitrug',
    match: {
      exact: word => `„${word}“`,
      form: (word, term) => `„${word}“ als „${term}“`,
      prefix: (word, term) => `„${word}…“ wie in „${term}“`,
      spelling: (word, term) => `„${word}“, ähnlich wie „${term}“`,
    },
    semantic: 'Nähe der Bedeutung',
    cosine: 'Geschätzter Kosinus',
    similarity: cosine => cosine.toFixed(2).replace('.', ','),
    views: 'Die Sichten des Modells, jede für sich',
    basis: (signals, views) => {
      const scores = signals.map(({ name, place }) => `„${name}“ (Platz ${numbers.format(place)})`).join(', ')
      const by =
        signals.length > 1
          ? `der gewichteten Summe dieser Werte: ${scores}`
          : views > 0
            ? `dem Mittel der ${plural(views, 'Sicht', 'Sichten')} des Modells`
            : 'dem Wert des Modells'
      return `Die Reihenfolge folgt ${by}.`
    },
    rankedAgain: (best, isBest) =>
      `Die besten ${numbers.format(best)} wurden noch einmal untereinander geordnet; er gehört ${isBest ? '' : 'nicht '}zu ihnen.`,
    view: view => `Sicht ${view}`,
    viewPlace: (place, total) => `Platz ${numbers.format(place)} von ${numbers.format(total)}`,
    signals: 'Die Werte, die addiert wurden',
    signal: {
      mvp: 'Mittel der Sichten',
      lateInteraction: 'Wort für Wort',
      cosine: 'Nähe der Bedeutung',
      firstStage: 'Erste Suche',
    },
    unread: 'Das Modell hat ihn noch nicht geordnet.',
  },
}
