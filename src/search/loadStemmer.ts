import { STEMMED_LANGUAGES } from './stemmedLanguages.js'
import type { Stem } from './stems.js'

/**
 * Loads the stemmer of a language. Without it, search finds words only as typed.
 * @returns undefined if there is none or it cannot be loaded
 * @param urls in the order of `STEMMED_LANGUAGES`
 */
export async function loadStemmer(language: string, urls: readonly string[]): Promise<Stem | undefined> {
  const url = urls[[...STEMMED_LANGUAGES].indexOf(language)]
  if (url === undefined) return undefined
  try {
    const { stemmer } = (await import(/* @vite-ignore */ url)) as { stemmer: Stem }
    return stemmer
  } catch (cause) {
    console.warn(`mvp-rerank: ${url} cannot be loaded; words are found only as they are typed.`, cause)
    return undefined
  }
}
