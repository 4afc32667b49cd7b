/** The page's version and language for `QueryOptions.context`, stated as DocSearch reads them. */
export function pageContext(
  version: string | undefined,
  language: string | undefined,
): Record<'version' | 'language', string[]> {
  return {
    version: listOf(version ?? meta('docsearch:version') ?? meta('version')),
    language: listOf(language ?? meta('docsearch:language') ?? document.documentElement.lang),
  }
}

/** The model for the first of a page's languages that has one: for `pt-BR`, its own or that of `pt`. */
export function modelFor(
  languages: readonly string[],
  models: Readonly<Record<string, string>> | null | undefined,
): string | undefined {
  return languages.flatMap(language => models?.[language] ?? models?.[language.replace(/-.*/, '')] ?? [])[0]
}

function meta(name: string): string | undefined {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content
}

function listOf(text = ''): string[] {
  return text.split(',').flatMap(value => value.trim() || [])
}
