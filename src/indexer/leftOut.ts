import picomatch from 'picomatch'
import type { PageDraft } from './page.js'

/** Pages that generators add to those that people wrote: indexes, errors, a whole book for printing. */
const MADE = [
  [
    'an index',
    /(?:^|\/)(?:genindex(?:-[\w.-]+)?|py-modindex|modindex|bookindex|index-all|index-files\/index-\d+|all(?:classes|packages)(?:-index|-frame|-noframe)?)\.x?html?$/i,
  ],
  ['an index', /(?:^|\/)(?:package|overview)-(?:tree|frame)\.html?$/i],
  ['an error page', /(?:^|\/)(?:404|_error)(?:\/index)?\.(?:x?html?|mdx?)$/i],
  ['for printing', /(?:^|\/)(?:print|print_page\/index|_print\/(?:.*\/)?index)\.x?html?$/i],
  ['a table of contents', /(?:^|\/)(?:_sidebar|_navbar|_coverpage|_footer|SUMMARY)\.md$/],
  ['a part of other pages', /(?:^|\/)(?:_includes|_layouts|_partials|_snippets)\/|(?:^|\/)_[^_/][^/]*\.mdx$/i],
  ['a draft', /(?:^|\/)_drafts\//],
] as const

const SEARCH = /(?:^|\/)search(?:\/index)?\.x?html?$/i
/** A longer page is about search, not a search form. In characters. */
const LONGEST_SEARCH_PAGE = 400

/** Decides by its name whether a file stays out of the index. */
export class LeftOut {
  readonly #excluded: ((file: string) => boolean) | undefined

  /** @param globs files to leave out, in place of the pages that generators add */
  constructor(globs: readonly string[] | undefined) {
    if (globs) this.#excluded = globs.length === 0 ? () => false : picomatch([...globs], { dot: true })
  }

  /** @returns why the file is left out: empty if a glob says so; undefined if it is not */
  reason(file: string): string | undefined {
    if (this.#excluded) return this.#excluded(file) ? '' : undefined
    return MADE.find(([, pattern]) => pattern.test(file))?.[0]
  }

  /** Whether the page is a search form: little more than a field to type in. */
  isSearch(file: string, { pieces, kinds }: PageDraft): boolean {
    if (this.#excluded || !SEARCH.test(file)) return false
    const length = pieces.reduce((sum, piece, place) => sum + (kinds[place] === 'b' ? piece.length : 0), 0)
    return length < LONGEST_SEARCH_PAGE
  }
}
