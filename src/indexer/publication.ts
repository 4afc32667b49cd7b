import type { FrontMatter } from './frontMatter.js'

/**
 * Fields that keep a page out of a site or its search, in Hugo, Jekyll, Hexo, Docusaurus, Starlight, MkDocs, Sphinx,
 * Zola, GitBook, Nextra and their themes.
 */
const KEPT_OUT: readonly (readonly [field: string, value: boolean])[] = [
  ['draft', true],
  ['published', false],
  ['unlisted', true],
  ['hidden', true],
  ['headless', true],
  ['private', true],
  ['render', false],
  ['permalink', false],
  ['noindex', true],
  ['nosearch', true],
  ['search', false],
  ['searchable', false],
  ['pagefind', false],
  ['in_search_index', false],
  ['search_exclude', true],
  ['exclude_search', true],
  ['searchHidden', true],
  ['bookSearchExclude', true],
  ['exclude_from_search', true],
  ['excludeSearch', true],
]
const STATUS = /^(?:draft|hidden|unlisted|private|skip)$/i

export interface KeptOut {
  /** Why, if a reader of the report should know. */
  note?: string
}

/**
 * Whether a page stays out: a draft, an unlisted page, or one that is not yet or no longer published.
 * @param file its name may begin with a date, as those of Jekyll's posts do
 * @param onDated called if the answer depends on today's date
 * @returns undefined if the page is kept
 */
export function keptOut(
  matter: FrontMatter,
  file: string,
  onDated: () => void = () => {},
  now = Date.now(),
): KeptOut | undefined {
  if (KEPT_OUT.some(([field, value]) => matter.is(field, value))) return {}
  if (matter.isIn('search', 'exclude', true) || matter.isIn('build', 'render', 'never')) return {}
  if (matter.isIn('build', 'list', 'never') || matter.isIn('_build', 'list', 'never')) return {}
  if (matter.texts('status').some(status => STATUS.test(status))) return {}
  if (matter.texts('robots').some(rule => /\b(?:noindex|none)\b/i.test(rule))) return {}
  const [begins] = ['publishDate', 'publishdate', 'pubDate', 'pubdate', 'date'].flatMap(field => matter.texts(field))
  const stated = begins ?? /(?:^|\/)(\d{4}-\d{2}-\d{2})-[^/]*$/.exec(file)?.[1]
  if (stated !== undefined && timeOf(stated) > now) {
    onDated()
    return { note: `not published before ${stated}` }
  }
  const [ends] = ['expiryDate', 'expirydate', 'unpublishdate'].flatMap(field => matter.texts(field))
  if (ends === undefined) return undefined
  onDated()
  return timeOf(ends) <= now ? { note: `not published since ${ends}` } : undefined
}

/** Milliseconds, or NaN for a text that is no date; NaN is neither before nor after any time. */
function timeOf(text: string): number {
  return Date.parse(
    text.replace(/^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2})?) ?([+-]\d{2}):?(\d{2})$/, '$1T$2$3:$4'),
  )
}
