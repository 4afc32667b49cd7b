import { LitElement } from 'lit'
import type { CreateOptions, Reranker } from '../api/ranking.js'
import type { OpenSearchOptions, SiteSearch } from '../api/search.js'
import type { Strings } from './strings/index.js'

/** The properties that a page can set on the search element. */
export class SearchProperties extends LitElement {
  /** @internal */
  /** @internal */
  static override properties = {
    src: { type: String },
    model: { type: String },
    models: { type: Object },
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
    examples: { type: String },
    noShortcuts: { type: Boolean, attribute: 'no-shortcuts' },
    theme: { type: String, reflect: true },
    search: { attribute: false },
    reranker: { attribute: false },
    searchOptions: { attribute: false },
    rerankerOptions: { attribute: false },
    strings: { attribute: false },
  }

  /** The URL of the folder that `mvp-rerank index` wrote, relative to the page. @default '' */
  declare src: string
  /** The name of a model in `model-base`, or the URL of its folder. @default none: words alone order results */
  declare model: string | undefined
  /**
   * Models for pages in other languages, by the language (`language`): `{ "de": "mvp-rerank-multi" }`, as JSON in the
   * attribute. `pt` is also for `pt-BR`. An empty name: words alone. @default none: `model` for all
   */
  declare models: Readonly<Record<string, string>> | undefined
  /** The folder that holds models by name. @default `models/` beside the page */
  declare modelBase: string | undefined
  /**
   * When to load the model. `focus`: when the search is first used, unless the visitor saves data. `manual`: when the
   * page calls `loadModel()`, or the visitor asks for it. @default 'focus'
   */
  declare load: 'focus' | 'manual'
  /** Shows the field in the page, without button and dialog. @default false */
  declare inline: boolean
  /** The text of the empty input. @default '': that of the page's language */
  declare placeholder: string
  /** The base of relative URLs in the index. @default '': the page */
  declare base: string
  /**
   * The name of the query in the page's address. The element reads the query there at the start, and writes it there.
   * The site's server sees the query when a visitor loads a page at such an address.
   * @default '': the address stays as it is
   */
  declare param: string
  /**
   * The number of results, one section each, to show at first and to add each time. The model ranks up to 50.
   * @default 20
   */
  declare limit: number
  /**
   * The version that the page is about, or several, separated by commas. The search finds other versions only when the
   * visitor asks for them. Empty: all. @default `docsearch:version` or `version` among the page's meta tags
   */
  declare version: string | undefined
  /** The same for the language. @default `docsearch:language` among the page's meta tags, or `<html lang>` */
  declare language: string | undefined
  /** The number of recent searches to keep, in this browser only. 0 keeps none. @default 5 */
  declare recent: number
  /** Queries that the empty search offers to a visitor without recent searches, separated by `|`. @default '': none */
  declare examples: string
  /** Leaves Ctrl K, ⌘ K and `/` to the page. @default false */
  declare noShortcuts: boolean
  /** The colors: `light`, `dark`, or those of the visitor's system. @default 'auto' */
  declare theme: 'light' | 'dark' | 'auto'
  /** An open index, in place of `src`. The page disposes of it. @default none */
  declare search: SiteSearch | undefined
  /** A reranker of the page, in place of `model`. The page disposes of it. @default none */
  declare reranker: Reranker | undefined
  /** More options for `openSearch`. @default none */
  declare searchOptions: Omit<OpenSearchOptions, 'src' | 'signal'> | undefined
  /** More options for `createReranker`. @default none */
  declare rerankerOptions: Omit<CreateOptions, 'model' | 'modelBase' | 'signal'> | undefined
  /** Texts of your own, in place of the shipped ones. @default none */
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
    this.examples = ''
    this.noShortcuts = false
    this.theme = 'auto'
  }
}
