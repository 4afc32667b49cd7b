/** Options that all plugins take. The names follow Pagefind and the options of the search element. */
export interface SearchOptions {
  /**
   * `mvp-mini`, `mvp-mini-q4`, or a folder of your own. `false`: words alone order the results, and nothing is
   * embedded.
   * @default 'mvp-mini'
   */
  model?: string | false
  /** CSS selector of the main content of a page. @default what looks like it */
  rootSelector?: string
  /** CSS selectors of elements to leave out. */
  excludeSelectors?: string[]
  /** Globs of built files to leave out, in place of the usual ones (404 and the like). */
  exclude?: string[]
  /** Names of `<meta>` to filter by. @default ['version', 'language', 'section'] */
  filters?: string[]
  /** Longest text of a section, in characters. @default 700 */
  maxLength?: number
  /** The most minutes to spend on embedding. The next build continues. */
  minutes?: number
  /** Folders of the site and their versions: `{ '': '2.x', 'v1': '1.x' }`. Pages outside belong to every version. */
  versions?: Record<string, string>
  /** How many results are shown at first. @default 20 */
  limit?: number
  /** Text of the empty field. @default in the page's language */
  placeholder?: string
  /** Name of the query in the page's address, which then follows the query. @default none */
  param?: string
  /** How many recent searches are kept; 0: none. @default 5 */
  recent?: number
  /** Queries that the empty search offers. @default none */
  examples?: string[]
  /** Whether Ctrl K, ⌘ K and / open the search. @default true */
  shortcuts?: boolean
  /** When the model is loaded: when the search is first used, or when the visitor asks. @default 'focus' */
  load?: 'focus' | 'manual'
}
