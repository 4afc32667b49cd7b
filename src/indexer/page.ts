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
}

export interface PageSection {
  /** The fragment of its heading; empty where it has none. */
  anchor: string
  /** Headings from below the page's title down to the section's own. Empty for the text under the title. */
  path: string[]
  text: string
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
  warn: Warn
}

/** Lines that belong together: a paragraph, an item of a list, a table, a piece of code. */
export interface Block {
  lines: string[]
  /** A table's first line, repeated in each part if the table must be split. */
  header?: string
}

export interface Heading {
  depth: number
  text: string
  anchor: string
}

/** A heading or the blocks below it, in the order of the page. */
export type Part = { heading: Heading } | { block: Block }
