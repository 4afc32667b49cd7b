/** The options of `openSearch`. Only `src` is required. */
export interface OpenSearchOptions {
  /**
   * The URL of the folder that `mvp-rerank index` wrote, relative to the page.
   * @example 'search/'
   */
  src: string | URL
  /**
   * The URL of `search.worker.js`.
   * @default beside this module
   */
  workerUrl?: string | URL
  /** Makes the worker, for a bundler that must see `new Worker(…)` itself. */
  createWorker?: () => Worker
  /** Receives progress while the index loads, and again if a dead worker is replaced. */
  onProgress?: (progress: SearchProgress) => void
  /** Ends loading. `openSearch` rejects with `signal.reason`. */
  signal?: AbortSignal
}

/** The progress of opening an index. */
export interface SearchProgress {
  /**
   * The step, which sets the unit of `loaded` and `total`.
   * - `download`: bytes of the index as stored.
   * - `load`: steps of unpacking it.
   */
  phase: 'download' | 'load'
  /** The part that is done. */
  loaded: number
  /** The whole. */
  total: number
}

/** The text under one heading of a page, or one part of a long text. */
export interface Section {
  /** Its place in the index, from 0. Another index may give it another id. */
  id: number
  /** The id of the section's first part: its own unless the section is split. */
  section: number
  /** Its address, with the heading's fragment: absolute, or relative to the site, as the index was made. */
  url: string
  /** The page's title. */
  title: string
  /**
   * The headings above the text, outermost first, its own last. The first is the page's title. Text before the
   * first subheading has only this one.
   */
  path: string[]
  /**
   * Where the page stands, in words, outermost first: a package, parts of the site. Absent if unknown.
   * @example ['Guides', 'Getting started']
   */
  crumbs?: string[]
  /** The page's language, as a tag such as `de`. Absent if it is unknown. */
  language?: string
  /** Plain text without markup: one line for each paragraph, list item, table row or line of code. */
  text: string
  /**
   * Where code stands in the text, in UTF-16 code units; `end` comes after the last one. Absent if there is no code.
   */
  code?: readonly (readonly [start: number, end: number])[]
  /** Values by filter name (`version`, `language`, `section` …), from the front matter or the page. */
  filters: Record<string, string[]>
}

/** A term of a section that matches a word of the query. */
export interface MatchedTerm {
  /** The term as the index has it, for `markTerms` and `snippet`. */
  term: string
  /** The word of the query that it matches. */
  word: string
  /**
   * How it matches.
   * - `exact`: it is the word itself.
   * - `form`: it is another form of the word (without accents, `deleted` for `delete`, a compound that contains it).
   * - `prefix`: the query's last word is its beginning.
   * - `spelling`: it is one or two typos away.
   */
  match: 'exact' | 'form' | 'prefix' | 'spelling'
  /** Its share of `words.score`. */
  score: number
}

/**
 * How a query names a section.
 * - `heading`: the query is the section's heading.
 * - `title`: the query is the title of the section's page. Words that many titles have do not count at either end:
 *   `stash` names `git-stash(1) Manual Page`.
 * - `identifier`: the query is the name of the function whose signature the heading is, or a name such as `reply.send`,
 *   `--no-cache` or `E_TIMEOUT` that the heading holds, or that hardly any other section holds.
 */
export type ExactMatch = 'heading' | 'title' | 'identifier'

/** A section that the first stage found. */
export interface Candidate extends Section {
  /** The first stage's score; higher is better. Compare it only within one answer. `firstStageScore` takes it. */
  score: number
  /** The list that found it: that by words, that by embeddings, or both. */
  source: 'words' | 'semantic' | 'both'
  /**
   * How the query names this section. Such candidates come first, and `exactFirst` keeps them first in a reranked list.
   * Absent for all others.
   */
  exact?: ExactMatch
  /** The terms of the index that matched, for `markTerms` and `snippet`. Empty if only the embedding matched. */
  terms: string[]
  /** How its words matched. Absent if only the embedding matched. */
  words?: {
    /** BM25 over heading, path and text. */
    score: number
    /** Its place in the list by words, from 0. */
    rank: number
    /** The terms that make up the score, with the largest share first. */
    terms: MatchedTerm[]
  }
  /** How its embedding matched. Present if the query has a vector and the index has embeddings. */
  semantic?: {
    /** The estimated cosine of query and section, from the section's code, −1 to 1. */
    cosine: number
    /**
     * Late interaction, −1 to 1: the mean, over the query's tokens, of the best cosine among the section's token codes.
     * Absent if the query's `vector` has no tokens, and until the token codes have arrived.
     */
    lateInteraction?: number
    /** Its place in the list by embeddings, from 0. Absent below the part of that list that was considered. */
    rank?: number
  }
}

/** The options of `SiteSearch.query`. Each is optional. */
export interface QueryOptions {
  /**
   * The largest number of candidates, from 0.
   * @default 50
   */
  limit?: number
  /**
   * Keeps only sections that have one of the values for each name. A name without values filters nothing.
   * @default none
   * @example { version: ['5.x'], language: ['en'] }
   */
  filters?: Record<string, string | readonly string[]>
  /**
   * What the page that searches is about, as values of filters, such as its version and its language. Sections with
   * other values are left out; those without a value stay. Values that the index lacks are ignored. A language matches
   * by its first part: `en-GB` finds `en`. A name in `filters`, even without values, replaces the one here.
   * @default none
   * @example { version: ['5.x'], language: ['en-GB'] }
   */
  context?: Record<string, string | readonly string[]>
  /**
   * The query's embedding: what `reranker.embed` returns for it, from the model of `IndexInfo.embeddings`. An index
   * without embeddings ignores it. Another width rejects with code `bad-option`.
   *
   * With the option `tokens` of `embed`, late interaction orders the candidates too, and better. The first such query
   * starts to fetch the index's token codes, but does not wait for them, unless its `limit` is 0.
   * @default none: words alone are searched
   */
  vector?: Float32Array
  /**
   * Whether a word that the index lacks also matches terms of nearly the same spelling.
   * @default true
   */
  correct?: boolean
  /** Ends the call. It rejects with `signal.reason`. */
  signal?: AbortSignal
}

/** The answer to a query. */
export interface QueryResult {
  /** Best first. Of a section that the index holds in parts, at most the three best parts are here. */
  candidates: Candidate[]
  /**
   * The number of sections that match by words, after filters. A section in parts counts once. Matches by embedding do
   * not count: every section has a cosine.
   */
  total: number
  /**
   * For each filter of the index, the number of sections with each value among those that match by words, most first.
   * A filter's own choice is ignored, so its other values show what they would find. For an empty query, all
   * sections count.
   */
  facets: Record<string, FacetValue[]>
  /** Other queries that would find something, if no word was found; best first. Each keeps the known words. */
  suggestions: string[]
  /** The values of `context` that left sections out, by name. */
  context: Record<string, string[]>
  /**
   * The share of the query that the best section covers, 0 to 1. Words count by their inverse document frequency,
   * including those that the index lacks. `isAnswered` needs it.
   */
  covered: number
  /**
   * The query as it was searched, if a word was misspelled: `setErrorHandler` for `setErorHandler`. Pass it to the
   * model. `correct: false` undoes it.
   */
  corrected?: string
}

/** A value of a filter. */
export interface FacetValue {
  /** The value. */
  value: string
  /** The number of sections that have it. */
  count: number
}

/** A work that sections come from, to show its license. */
export interface IndexCredit {
  /** The name of the work. */
  name: string
  /** Its version. */
  version?: string
  /** The SPDX name of its license. */
  licence?: string
  /** The full text of its license. */
  licenceText?: string
  /** Its address. */
  url?: string
}

/** The contents of an index. */
export interface IndexInfo {
  /** The version of the format. */
  version: number
  /** The number of sections. */
  sections: number
  /** The number of pages. */
  pages: number
  /** The SHA-256 of the index's words, in hex. It identifies the index. */
  sha256: string
  /** All values of each filter, by its name, most frequent first. */
  filters: Record<string, string[]>
  /** The embeddings. Absent if the index was made with `--words-only`. */
  embeddings?: {
    /** The model that made the codes (`RerankerInfo.model`). Vectors of other models cannot be compared with them. */
    model: string
    /** Its weights (`RerankerInfo.weights`). Absent in indexes of earlier versions. */
    weights?: string
    /** The length of a vector. */
    width: number
  }
  /** Token codes, for late interaction. Absent if the index has none. */
  tokens?: {
    /**
     * The bytes of their file. The worker fetches it in the background, from the first query whose `vector` has tokens.
     */
    bytes: number
  }
  /** The works that the sections come from. */
  credits: IndexCredit[]
  /** The bytes that were downloaded to open the index. */
  bytes: number
}

/**
 * A page's handle on a site's index. The index has a worker of its own, so a busy reranker never delays a keystroke.
 * @example
 * const search = await openSearch({ src: 'search/' })
 * // By words, within milliseconds.
 * const { candidates } = await search.query('close the server')
 * // Once the model is there: by words and embeddings, then reranked.
 * const [vector] = await reranker.embed(['close the server'])
 * const better = await search.query('close the server', { vector })
 * const { results } = await reranker.rank('close the server', better.candidates.map(asPassage))
 */
export interface SiteSearch {
  /**
   * Searches. Answers come in the order of the calls. An empty query finds nothing, and counts the facets of all
   * sections.
   * @throws RerankError `bad-query`, `bad-option`; `disposed` after `dispose`; `worker-failed` if the worker died
   * twice; a code of `openSearch` if the index cannot be opened again
   * @throws `signal.reason` if the signal aborts
   */
  query(text: string, options?: QueryOptions): Promise<QueryResult>
  /**
   * Returns sections by their ids, in the given order, for a list of recent sections or a deep link. It leaves out
   * unknown ids.
   * @throws RerankError `disposed` after `dispose`; `worker-failed` if the worker died twice; a code of `openSearch` if
   * the index cannot be opened again
   */
  sections(ids: readonly number[]): Promise<Section[]>
  /** The contents of the index. */
  readonly info: IndexInfo
  /** Ends the worker. Pending calls reject with code `disposed`. A second call does nothing. */
  dispose(): Promise<void>
}
