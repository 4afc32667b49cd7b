import type { CodeSpan } from '../search/packedIndex.js'
import type { ReadIncluded } from './includes.js'
import type { Matches } from './selectors.js'

/** Fields of front matter, or names of `<meta>`, that become filters unless others are named. */
export const DEFAULT_FILTERS = ['version', 'language', 'section']

/** The searchable content of a file. */
export interface Page {
  title: string
  sections: PageSection[]
  /** Values by filter name. */
  filters: Record<string, string[]>
  /** The address that the page states itself (`permalink`), from the root of the site. */
  permalink?: string
  /** The last part of its address, as the page states it. */
  slug?: string
  /** As the page states it: a tag such as `de` or `pt-BR`. */
  language?: string
  /** What the page stands in, as its breadcrumbs say, outermost first. */
  crumbs?: string[]
}

/** A page as it was read, before what it shares with the other pages of its site is left out. */
export interface PageDraft {
  /** Texts that are compared with those of other pages: pieces of the title, headings, blocks. None for Markdown. */
  pieces: readonly string[]
  /** What each piece is, as `PagePieces` has it. */
  kinds: string
  /** Whether it marks its main content by `data-pagefind-body`. */
  isMarked: boolean
  /**
   * @param left places of the pieces that are left out
   * @param shared places of the pieces that most pages have
   * @param isSite whether there are enough pages to tell what most have
   */
  finish(left?: ReadonlySet<number>, shared?: ReadonlySet<number>, isSite?: boolean): Page
}

export interface PageSection {
  /** The fragment of its heading; empty where it has none. */
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
  /** HTML: elements that are the main content, in place of those that look like it. */
  main?: Matches | undefined
  /** HTML: elements that are left out. */
  ignore?: Matches | undefined
  /** The file's path from the root of the site. */
  file?: string
  /** Markdown: gives the files that it includes; without it they are left out. */
  include?: ReadIncluded | undefined
  /** Called where the page depends on more than its text: on other files, or on today's date. */
  onDependence?: (() => void) | undefined
  warn: Warn
}

/** Lines that belong together: a paragraph, an item of a list, a table, a piece of code. */
export interface Block {
  lines: string[]
  /** A table's first line, repeated in each part if the table must be split. */
  header?: string
  /** What the lines are, where they are no prose. */
  kind?: 'code' | 'item' | 'table'
}

export interface Heading {
  depth: number
  text: string
  anchor: string
  /** Whether the page calls it its title, as DocBook and Javadoc do. */
  isTitle?: true
}

/** A heading or the blocks below it, in the order of the page. */
export type Part = { heading: Heading } | { block: Block }
