import { de } from './de.js'
import { en } from './en.js'
import type { Strings } from './strings.js'

export type { Strings } from './strings.js'

const languages = new Map<string, Strings>([
  ['en', en],
  ['de', de],
])

/**
 * Adds a language, or replaces one, for all elements of the page. Call it before the element is used.
 * @param language a BCP 47 tag, as in the page's `lang`; case does not matter
 * @param strings the texts; missing ones stay English
 * @example addLanguage('fr', { search: 'Recherche', close: 'Fermer' })
 */
export function addLanguage(language: string, strings: Partial<Strings>): void {
  languages.set(language.toLowerCase(), { ...en, ...strings })
}

/** Returns the texts of a language, else those of its first part (`de` for `de-AT`), else the English ones. */
export function stringsOf(language: string): Strings {
  const wanted = language.toLowerCase()
  return languages.get(wanted) ?? languages.get(wanted.split('-')[0]!) ?? en
}
