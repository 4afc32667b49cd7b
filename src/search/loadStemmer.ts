import type { Stem } from './stems.js'

/** Loads a stemmer's file. Without it, words are found as they are typed. */
export async function loadStemmer(url: string | undefined): Promise<Stem | undefined> {
  if (url === undefined) return undefined
  try {
    const { stemmer } = (await import(/* @vite-ignore */ url)) as { stemmer: Stem }
    return stemmer
  } catch (cause) {
    console.warn(`mvp-rerank: ${url} cannot be loaded; words are found only as they are typed.`, cause)
    return undefined
  }
}
