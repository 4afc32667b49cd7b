import type { FrontMatter } from './frontMatter.js'

/**
 * Fields by which generators keep a page out of a site or of its search: Hugo, Jekyll, Hexo, Docusaurus, Starlight,
 * MkDocs, Sphinx, Zola, GitBook, Nextra and themes of theirs.
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
 * Whether a page stays out: it is a draft or unlisted, not yet published or not any more.
 * @param file whose name may begin with its date, as Jekyll's posts do
 * @param onDated called where the answer will be another one day
 * @returns undefined if it does not
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

/** Milliseconds, or NaN for what is no date: then it is neither before nor after. */
function timeOf(text: string): number {
  return Date.parse(
    text.replace(/^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2})?) ?([+-]\d{2}):?(\d{2})$/, '$1T$2$3:$4'),
  )
}
