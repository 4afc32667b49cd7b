/** The page's version and language for `QueryOptions.context`, stated as DocSearch reads them. */
export function pageContext(version: string | undefined, language: string | undefined): Record<string, string[]> {
  return {
    version: listOf(version ?? meta('docsearch:version') ?? meta('version')),
    language: listOf(language ?? meta('docsearch:language') ?? document.documentElement.lang),
  }
}

function meta(name: string): string | undefined {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content
}

function listOf(text = ''): string[] {
  return text.split(',').flatMap(value => value.trim() || [])
}
