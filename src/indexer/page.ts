import type { CodeSpan } from '../search/packedIndex.js'
import type { ReadIncluded } from './includes.js'
import type { Matches } from './selectors.js'

/** Fields of front matter, or names of `<meta>`, that become filters unless others are named. */
export const DEFAULT_FILTERS = ['version', 'language', 'section']

/** The smallest `maxLength`, in characters: headings and a sentence fit. */
export const LEAST_SECTION_LENGTH = 100

/** The searchable content of a file. */
export interface Page {
  title: string
  sections: PageSection[]
  /** Values by filter name. */
  filters: Record<string, string[]>
  /** The address that the page states (`permalink`), from the root of the site. */
  permalink?: string
  /** The last part of its address, as the page states it. */
  slug?: string
  /** As the page states it: a tag such as `de` or `pt-BR`. */
  language?: string
  /** The page's breadcrumbs, outermost first. */
  crumbs?: string[]
}

/** A page as read, with all that it shares with the other pages of its site. */
export interface PageDraft {
  /** Texts to compare with those of other pages: pieces of the title, headings, blocks. None for Markdown. */
  pieces: readonly string[]
  /** The kinds of the pieces, as in `PagePieces`. */
  kinds: string
  /** Whether the page marks its main content by `data-pagefind-body`. */
  isMarked: boolean
  /**
   * @param left places of the pieces to leave out
   * @param shared places of the pieces that most pages have
   * @param isSite whether the site has enough pages to tell what most have
   */
  finish(left?: ReadonlySet<number>, shared?: ReadonlySet<number>, isSite?: boolean): Page
}

export interface PageSection {
  /** The fragment of its heading; empty if it has none. */
  anchor: string
  /** Headings from below the page's title down to the section's own. Empty for the text under the title. */
  path: string[]
  text: string
  /** Where code stands in the text. */
  code?: CodeSpan[]
}

/** Reports a fault of a file, with its line, from 1. */
export type Warn = (message: string, line?: number) => void

export interface PageOptions {
  /** The title of a page without one. */
  fallbackTitle: string
  /** Longest text of a section, in characters. */
  maxLength: number
  /** Fields of front matter, or names of `<meta>`, that become filters. */
  filters: readonly string[]
  /** HTML: the elements of the main content, in place of those recognized by their markup. */
  main?: Matches | undefined
  /** HTML: elements to leave out. */
  ignore?: Matches | undefined
  /** The file's path from the root of the site. */
  file?: string
  /** Markdown: reads included files. Without it, they are left out. */
  include?: ReadIncluded | undefined
  /** Called if the page depends on more than its text: on other files or on the date. */
  onDependence?: (() => void) | undefined
  warn: Warn
}

/** Lines that belong together: a paragraph, an item of a list, a table, a piece of code. */
export interface Block {
  lines: string[]
  /** A table's first line, repeated in each part if the table must be split. */
  header?: string
  /** The kind of the lines; absent for prose. */
  kind?: 'code' | 'item' | 'table'
}

export interface Heading {
  depth: number
  text: string
  anchor: string
  /** Whether the page marks it as its title, as DocBook and Javadoc do. */
  isTitle?: true
}

/** A heading or the blocks below it, in the order of the page. */
export type Part = { heading: Heading } | { block: Block }
