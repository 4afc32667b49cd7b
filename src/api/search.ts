/**
 * A page's view of a site's index. Its own worker searches it, so a worker busy with reranking never delays a
 * keystroke:
 *
 *   const search = await openSearch({ src: 'search/' })
 *   const { candidates } = await search.query('close the server')            // words, within milliseconds
 *   const [vector] = await reranker.embed(['close the server'])              // once the model is there
 *   const better = await search.query('close the server', { vector })        // words and embeddings
 *   const { results } = await reranker.rank('close the server', better.candidates.map(asPassage))
 */

export interface OpenSearchOptions {
  /**
   * URL of the folder that `mvp-rerank index` wrote, relative to the page.
   * @example 'search/'
   */
  src: string | URL
  /** URL of `search.worker.js`, if it does not lie beside this module. */
  workerUrl?: string | URL
  /** Makes the worker, for a bundler that must see `new Worker(…)` itself. */
  createWorker?: () => Worker
  onProgress?: (progress: SearchProgress) => void
  /** Aborting it rejects `openSearch` with `signal.reason`. */
  signal?: AbortSignal
}

export interface SearchProgress {
  /** download: bytes of the index as stored. load: steps of unpacking it. */
  phase: 'download' | 'load'
  loaded: number
  total: number
}

/** The text under one heading of a page, or one part of a long text. It is plain text without markup. */
export interface Section {
  /** Its place in the index. Another index may give it another id. */
  id: number
  /** The id of the section's first part: its own unless the section is split. */
  section: number
  /** Its address with the heading's fragment: absolute, or relative to the site, as the index was made. */
  url: string
  /** The page's title. */
  title: string
  /**
   * The headings above the text, outermost first, its own last. The first is the page's title; text before the next
   * heading has only this one.
   */
  path: string[]
  /**
   * What the page stands in, in words, outermost first: a package, parts of the site. Absent where nothing tells.
   * @example ['Guides', 'Getting started']
   */
  crumbs?: string[]
  /** The page's language, a tag such as `de`; absent where it is not known. */
  language?: string
  /** One line for each paragraph, list item, table row or line of code. */
  text: string
  /** Where code stands in the text: from a character to after another one. Absent where there is none. */
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
   * exact: the word itself. form: another form of it (without accents, `deleted` for `delete`, a compound that holds
   * it). prefix: the query's last word is its beginning. spelling: one or two slips away.
   */
  match: 'exact' | 'form' | 'prefix' | 'spelling'
  /** Its share of `words.score`. */
  score: number
}

/**
 * How a query names a section. heading: it is the section's heading; title: it is its page's title; identifier: it is a
 * name such as `reply.send`, `--no-cache` or `E_TIMEOUT` that the heading holds, or that hardly any other section holds.
 */
export type ExactMatch = 'heading' | 'title' | 'identifier'

/** A section that the first stage found. */
export interface Candidate extends Section {
  /** Higher is better. Comparable within one answer only. A valid `firstStageScore`. */
  score: number
  /** The list that found it: by words, by embeddings, or both. */
  source: 'words' | 'semantic' | 'both'
  /**
   * The query names this section. Such candidates come first, and stay first in a reranked list (`exactFirst`). Absent
   * for all others.
   */
  exact?: ExactMatch
  /** The terms of the index that matched, for `markTerms` and `snippet`. Empty if only the embedding matched. */
  terms: string[]
  /** How its words matched. Absent if only the embedding did. */
  words?: {
    /** BM25 over heading, path and text. */
    score: number
    /** Its place in the list by words, from 0. */
    rank: number
    /** The terms that make up the score, largest share first. */
    terms: MatchedTerm[]
  }
  /** How its embedding matched. Present if the query had a vector and the index has embeddings. */
  semantic?: {
    /** Estimated cosine of query and section, from the section's code. −1 to 1. */
    cosine: number
    /**
     * Late interaction: the mean, over the query's tokens, of the best cosine among the section's token codes. −1 to 1.
     * Absent if the query's `vector` has no tokens, and until the token codes are there.
     */
    lateInteraction?: number
    /** Its place in the list by embeddings, from 0. Absent beyond the part of that list that was read. */
    rank?: number
  }
}

export interface QueryOptions {
  /**
   * The largest number of candidates.
   * @default 50
   */
  limit?: number
  /**
   * Keeps sections that have one of the values for each name. A name without values filters nothing.
   * @example { version: ['5.x'], language: ['en'] }
   */
  filters?: Record<string, string | readonly string[]>
  /**
   * What the page is about that searches: values of filters, such as its version and its language. Sections of other
   * values are left out, those without any stay. Values that the index lacks are ignored. A language matches by its
   * first part: `en-GB` finds `en`. A name in `filters`, even without values, replaces the one here.
   * @example { version: ['5.x'], language: ['en-GB'] }
   */
  context?: Record<string, string | readonly string[]>
  /**
   * The query's embedding from `reranker.embed`, by the model of `info.embeddings`. Without it, only words are
   * searched. An index without embeddings ignores it. Another width rejects with `bad-option`.
   *
   * With `embed`'s option `tokens`, the candidates are ordered better, by late interaction too. The first such query
   * begins to fetch the index's token codes and does not wait for them.
   */
  vector?: Float32Array
  /**
   * Whether a word that the index lacks also matches terms spelt nearly like it.
   * @default true
   */
  correct?: boolean
  /** Aborting it rejects the call with `signal.reason`. */
  signal?: AbortSignal
}

export interface QueryResult {
  /** Best first. At most the three best parts of a section that the index holds in parts. */
  candidates: Candidate[]
  /**
   * The number of sections that match by words, after filters; a section in parts counts once. Matches by embedding are
   * not counted: every section has a cosine.
   */
  total: number
  /**
   * For each filter of the index, the number of sections with each value among those that match by words, most first.
   * The filter's own choice is ignored, so its other values show what they would bring. For an empty query, all
   * sections count.
   */
  facets: Record<string, FacetValue[]>
  /** If no word was found: other queries that would find something, best first. Each keeps the known words. */
  suggestions: string[]
  /** The values of `context` by which sections were left out, by name. */
  context: Record<string, string[]>
  /**
   * The share of the query that the best section covers, 0 to 1. Words count by their inverse document frequency, those
   * that the index lacks too. For `isAnswered`.
   */
  covered: number
  /**
   * If a word was misspelt: the query as it was searched, such as `setErrorHandler` for `setErorHandler`. Pass it to
   * the model. `correct: false` undoes it.
   */
  corrected?: string
}

export interface FacetValue {
  value: string
  count: number
}

/** A work that sections come from, to show its licence. */
export interface IndexCredit {
  name: string
  version?: string
  /** SPDX name. */
  licence?: string
  /** The licence's full text. */
  licenceText?: string
  url?: string
}

export interface IndexInfo {
  /** Version of the format. */
  version: number
  sections: number
  pages: number
  /** SHA-256 of the index's words, in hex. It identifies the index. */
  sha256: string
  /** Filter names, each with all of its values, most frequent first. */
  filters: Record<string, string[]>
  /** Absent if the index was made with `--words-only`. */
  embeddings?: {
    /** The model that made the codes (`reranker.info.model`). Vectors of other models are not comparable. */
    model: string
    /** Its weights (`reranker.info.weights`). Absent in indexes of earlier versions. */
    weights?: string
    /** The length of a vector. */
    width: number
  }
  /** Token codes, for late interaction; absent if the index has none. */
  tokens?: {
    /** Of the file. It is fetched in the background, from the first query whose `vector` has tokens. */
    bytes: number
  }
  credits: IndexCredit[]
  /** Bytes that were downloaded to open it. */
  bytes: number
}

export interface SiteSearch {
  /**
   * Searches. Answers come in the order of the calls. An empty query finds nothing and counts the facets of all
   * sections.
   * @throws RerankError `bad-query`, `bad-option`, `worker-failed`, `disposed`
   * @throws `signal.reason`
   */
  query(text: string, options?: QueryOptions): Promise<QueryResult>
  /** Sections by their ids, in that order, for recent ones or a deep link. Unknown ids are left out. */
  sections(ids: readonly number[]): Promise<Section[]>
  readonly info: IndexInfo
  /** Ends the worker. Pending calls reject with code `disposed`. */
  dispose(): Promise<void>
}
