import type { SearchOptions } from 'mvp-rerank-site/searchOptions'

/** Options by the names of docusaurus-search-local, and those of all plugins. Docusaurus itself knows the versions. */
export interface ThemeOptions extends Omit<SearchOptions, 'versions'> {
  /** Docusaurus sets it. */
  id?: string
  /** @default true */
  indexDocs?: boolean
  /** @default true */
  indexBlog?: boolean
  /** Pages that are neither docs nor blog. @default true */
  indexPages?: boolean
  /** Globs of built files to leave out: the same as `exclude`. */
  ignoreFiles?: string | string[]
  /** The same as `excludeSelectors`. */
  ignoreCssSelectors?: string | string[]
  /** The same as `limit`. */
  searchResultLimits?: number
  /** The same as `shortcuts`. */
  searchBarShortcut?: boolean
}

/** Which kinds of pages are indexed. */
export interface Kinds {
  docs: boolean
  blog: boolean
  pages: boolean
}
