/** Tags of the languages with a stemmer. English needs none: the search worker knows its forms. */
export const STEMMED_LANGUAGES: ReadonlySet<string> = new Set(
  'ar bg da de el es fi fr hi hu id it lt nl no pt ro ru sv ta tr uk'.split(' '),
)

/** The language with a stemmer for a tag such as `de-CH` or `nb`, if there is one. */
export function stemmedLanguage(tag: string): string | undefined {
  const language = tag.toLowerCase().split(/[-_]/)[0]!
  const known = language === 'nb' || language === 'nn' ? 'no' : language
  return STEMMED_LANGUAGES.has(known) ? known : undefined
}
