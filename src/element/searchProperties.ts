import { LitElement } from 'lit'
import type { CreateOptions, Reranker } from '../api/ranking.js'
import type { OpenSearchOptions, SiteSearch } from '../api/search.js'
import type { Strings } from './strings/index.js'

/** The properties that a page can set on the search element, with their defaults. */
export class SearchProperties extends LitElement {
  static override properties = {
    src: { type: String },
    model: { type: String },
    modelBase: { type: String, attribute: 'model-base' },
    load: { type: String },
    inline: { type: Boolean, reflect: true },
    placeholder: { type: String },
    base: { type: String },
    param: { type: String },
    limit: { type: Number },
    version: { type: String },
    language: { type: String },
    recent: { type: Number },
    noShortcuts: { type: Boolean, attribute: 'no-shortcuts' },
    theme: { type: String, reflect: true },
    search: { attribute: false },
    reranker: { attribute: false },
    searchOptions: { attribute: false },
    rerankerOptions: { attribute: false },
    strings: { attribute: false },
  }

  /** The folder that `mvp-rerank index` wrote, relative to the page. */
  declare src: string
  /**
   * The model: a name (looked for in `model-base`) or the URL of its folder. Without it, results are ordered by words.
   */
  declare model: string | undefined
  /** The folder in which models are found by name. @default 'models/' */
  declare modelBase: string | undefined
  /**
   * When the model is loaded: `focus`, when the search is first used, unless the visitor saves data; `manual`, by
   * `loadModel()` or the visitor. @default 'focus'
   */
  declare load: 'focus' | 'manual'
  /** In the page, instead of a button with a dialog. @default false */
  declare inline: boolean
  /** Text of the empty input. */
  declare placeholder: string
  /** The URL that relative URLs of the index are relative to. @default the page */
  declare base: string
  /**
   * Name of the query in the page's address, which is read at the start and kept up to date; empty: neither. The site's
   * server sees the query when a page is loaded at such an address.
   * @default ''
   */
  declare param: string
  /** How many results are shown at first, a section each. The model ranks up to 50 passages. @default 20 */
  declare limit: number
  /**
   * The version that the page is about, or several with commas: other versions are found only when the visitor asks for
   * them. Empty: all. @default `docsearch:version` or `version` among the page's meta tags
   */
  declare version: string | undefined
  /** The same for the language. @default `docsearch:language` among the page's meta tags, or `<html lang>` */
  declare language: string | undefined
  /** How many recent searches are kept, in this browser alone; 0: none. @default 5 */
  declare recent: number
  /** Leaves Ctrl K, ⌘ K and `/` to the page. @default false */
  declare noShortcuts: boolean
  /** `light`, `dark`, or as the visitor's system has it. @default 'auto' */
  declare theme: 'light' | 'dark' | 'auto'
  /** An open index, in place of `src`. Disposing of it stays the page's task. */
  declare search: SiteSearch | undefined
  /** A reranker of the page, in place of `model`. Disposing of it stays the page's task. */
  declare reranker: Reranker | undefined
  /** More options for `openSearch`. */
  declare searchOptions: Omit<OpenSearchOptions, 'src' | 'signal'> | undefined
  /** More options for `createReranker`. */
  declare rerankerOptions: Omit<CreateOptions, 'model' | 'modelBase' | 'signal'> | undefined
  /** Words of your own in place of the shipped ones. */
  declare strings: Partial<Strings> | undefined

  constructor() {
    super()
    this.src = ''
    this.load = 'focus'
    this.inline = false
    this.placeholder = ''
    this.base = ''
    this.param = ''
    this.limit = 20
    this.recent = 5
    this.noShortcuts = false
    this.theme = 'auto'
  }
}
