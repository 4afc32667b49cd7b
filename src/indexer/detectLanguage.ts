import { francAll } from 'franc'
import { STEMMED_LANGUAGES } from '../search/stemmedLanguages.js'
import type { Page } from './page.js'

/** Shorter texts are not enough to detect a language. In characters of prose. */
const SHORTEST = 200
const MOST_READ = 4000
/**
 * English wins if its score is at least this, where the best language has 1. Technical texts in other languages hold
 * much English.
 */
const LEAST_DOUBT = 0.985

/** Language tags by ISO 639-3 codes, which the detector returns. */
const TAGS: Record<string, string> = {
  arb: 'ar',
  bul: 'bg',
  dan: 'da',
  deu: 'de',
  ell: 'el',
  spa: 'es',
  fin: 'fi',
  fra: 'fr',
  hin: 'hi',
  hun: 'hu',
  ind: 'id',
  ita: 'it',
  lit: 'lt',
  nld: 'nl',
  nob: 'no',
  por: 'pt',
  ron: 'ro',
  rus: 'ru',
  swe: 'sv',
  tam: 'ta',
  tur: 'tr',
  ukr: 'uk',
}

/**
 * Detects the language of a page that does not state it, among the languages with a stemmer.
 * @returns undefined for English and for uncertain texts
 */
export function detectLanguage({ sections }: Pick<Page, 'sections'>): string | undefined {
  const text = prose(sections.map(section => section.text).join('\n')).slice(0, MOST_READ)
  if (text.length < SHORTEST) return undefined
  const ranked = francAll(text, { only: [...Object.keys(TAGS), 'eng'] })
  const [best] = ranked
  const english = ranked.find(([code]) => code === 'eng')?.[1] ?? 0
  const tag = best && TAGS[best[0]]
  return tag !== undefined && english < LEAST_DOUBT && STEMMED_LANGUAGES.has(tag) ? tag : undefined
}

/** Lines that look like sentences. Code and lists of names have no language. */
function prose(text: string): string {
  return text
    .split('\n')
    .filter(line => line.length > 40 && !/[{}=;<>]|\(\)/.test(line))
    .join('\n')
}
