/** Languages with a stemmer, by their tags. English has its forms in the search worker itself. */
export const STEMMED_LANGUAGES: ReadonlySet<string> = new Set(
  'ar bg da de el es fi fr hi hu id it lt nl no pt ro ru sv ta tr uk'.split(' '),
)

/** The language with a stemmer that a tag such as `de-CH` or `nb` means. */
export function stemmedLanguage(tag: string): string | undefined {
  const language = tag.toLowerCase().split(/[-_]/)[0]!
  const known = language === 'nb' || language === 'nn' ? 'no' : language
  return STEMMED_LANGUAGES.has(known) ? known : undefined
}
