import { de } from './de.js'
import { en } from './en.js'
import type { Strings } from './strings.js'

export type { Strings } from './strings.js'

const languages = new Map<string, Strings>([
  ['en', en],
  ['de', de],
])

/**
 * Adds a language, or replaces one, for all elements of the page; call it before the element is used.
 * @param language a BCP 47 tag, as in the page's `lang`
 * @param strings what is left out stays English
 * @example addLanguage('fr', { search: 'Recherche', close: 'Fermer' })
 */
export function addLanguage(language: string, strings: Partial<Strings>): void {
  languages.set(language.toLowerCase(), { ...en, ...strings })
}

/** Of a language; of its first part if the whole is not known (`de-AT`: `de`); else English. */
export function stringsOf(language: string): Strings {
  const wanted = language.toLowerCase()
  return languages.get(wanted) ?? languages.get(wanted.split('-')[0]!) ?? en
}
