/**
 * What a page sees of a site's index. Sections are searched in a worker of their own, so that a worker busy reranking
 * never holds up a keystroke:
 *
 *   const search = await openSearch({ src: 'search/' })
 *   const { candidates } = await search.query('close the server')            // words, within milliseconds
 *   const [vector] = await reranker.embed(['close the server'])              // once the model is there
 *   const better = await search.query('close the server', { vector })        // words and embeddings
 *   const { results } = await reranker.rank('close the server', better.candidates.map(asPassage))
 */

export interface OpenSearchOptions {
  /**
   * The folder that `mvp-rerank index` wrote, relative to the page.
   * @example 'search/'
   */
  src: string | URL
  /** URL of `search.worker.js`, if it does not lie beside this module. */
  workerUrl?: string | URL
  /** Makes the worker, where a bundler wants to see `new Worker(…)` itself. */
  createWorker?: () => Worker
  onProgress?: (progress: SearchProgress) => void
  /** Aborts opening: `openSearch` then rejects with `signal.reason`. */
  signal?: AbortSignal
}

export interface SearchProgress {
  /** download: bytes of the index as they are stored; load: the index being unpacked. */
  phase: 'download' | 'load'
  loaded: number
  total: number
}

/** The text under one heading of a page, or a part of it where it is long. Plain text: nothing in it is markup. */
export interface Section {
  /** Its place in the index; stays the same for as long as the index does. */
  id: number
  /**
   * The id of the first of the parts that a long section is split into, the same for all of them; of a section that is
   * whole its own.
   */
  section: number
  /**
   * Where it can be read, with the fragment of its heading; absolute, or relative to the site as the index was told.
   */
  url: string
  /** The page's title. */
  title: string
  /**
   * The headings it stands under, outermost first, the last one its own. Begins with the page's title, so it is never
   * empty; a single entry is the text before the first heading below the title.
   */
  path: string[]
  /** Lines: one a paragraph, list item, table row or line of code. */
  text: string
  /** Values by filter name (`version`, `language`, `section` …), from the front matter or the page. */
  filters: Record<string, string[]>
}

/** One term of the index that a query's word matched in a section. */
export interface MatchedTerm {
  /** The term as the index has it, fit for `markTerms` and `snippet`. */
  term: string
  /** The word of the query that it answers. */
  word: string
  /**
   * exact: the word itself; form: another form of it (without accents, `deleted` for `delete`, a compound that holds it); prefix: the word is its beginning (last word
   * only); spelling: one or two slips away.
   */
  match: 'exact' | 'form' | 'prefix' | 'spelling'
  /** What it added to `words.score`. */
  score: number
}

/**
 * How a query names a section. heading: it is the section's heading; title: it is its page's title; identifier: it is a
 * name such as `reply.send`, `--no-cache` or `E_TIMEOUT` that the heading holds, or that hardly any other section holds.
 */
export type ExactMatch = 'heading' | 'title' | 'identifier'

/** A section that the first stage found. */
export interface Candidate extends Section {
  /** Of the list it stands in: higher is better, comparable within one answer only. Fit for `firstStageScore`. */
  score: number
  /** Which list found it. */
  source: 'words' | 'semantic' | 'both'
  /**
   * The query names this section. Such candidates come first, and stay so in a reranked list (`exactFirst`): names are
   * what words know best. Absent for all others.
   */
  exact?: ExactMatch
  /**
   * The terms of the index that matched, for marking them (`markTerms`, `snippet`). Empty if only its meaning matched.
   */
  terms: string[]
  /** How its words matched; absent if only its meaning did. */
  words?: {
    /** BM25 over heading, path and text. */
    score: number
    /** Its place in the list by words, from 0. */
    rank: number
    /** What made up the score, largest first. */
    terms: MatchedTerm[]
  }
  /** How its meaning matched; present for every candidate of a query with a vector over an index with embeddings. */
  semantic?: {
    /** Estimated cosine of query and section, from the section's code. −1 to 1. */
    cosine: number
    /**
     * Late interaction: the mean, over the query's tokens, of the best cosine among the section's token codes. −1 to 1;
     * absent without `tokens` or before the token codes are there.
     */
    lateInteraction?: number
    /** Its place in the list by embeddings, from 0; absent beyond the part of that list that was looked at. */
    rank?: number
  }
}

export interface QueryOptions {
  /**
   * How many candidates to return at most.
   * @default 50
   */
  limit?: number
  /**
   * Only sections that have one of the values, for each of the names. A name without values filters nothing.
   * @example { version: ['5.x'], language: ['en'] }
   */
  filters?: Record<string, string | readonly string[]>
  /**
   * What the page is about that the query comes from: values of filters, such as its version and its language. Sections
   * of other values are left out; those without any stay. A value that the index does not have is ignored, a language
   * `en-GB` stands for `en` too, and a name in `filters` takes the place of the one here, with no values as well.
   * @example { version: ['5.x'], language: ['en-GB'] }
   */
  context?: Record<string, string | readonly string[]>
  /**
   * The query's embedding by the model of `info.embeddings`, as `reranker.embed` gives it; without it, words alone are
   * searched. An index without embeddings ignores it. @throws RerankError `bad-option` for another width
   */
  vector?: Float32Array
  /**
   * The vectors of the query's tokens beside its `vector`, both as `reranker.embedTokens` gives them. They order the
   * candidates better, once the index's token codes are there: the first such query begins to fetch them and does not
   * wait. @throws RerankError `bad-option` for vectors of another width
   */
  tokens?: Float32Array
  /**
   * Whether a word that the index lacks is taken for those near to it.
   * @default true
   */
  correct?: boolean
  /** Aborting it rejects the call with `signal.reason`. */
  signal?: AbortSignal
}

export interface QueryResult {
  /** Best first. Of a long section, which the index holds in parts, the three best parts at most. */
  candidates: Candidate[]
  /**
   * How many sections match by words, filters applied, one in parts counted once; the list by embeddings has no end to
   * count to.
   */
  total: number
  /**
   * For each filter of the index: how many of the sections that match by words have which value, most first. Its own
   * choice is left out of account, so that the other choices show what they would bring. For an empty query: of all
   * sections.
   */
  facets: Record<string, FacetValue[]>
  /**
   * Other queries that would find something, best first; empty unless words found nothing. Each keeps the words that
   * are known.
   */
  suggestions: string[]
  /** The values of `context` by which sections were left out, by name. */
  context: Record<string, string[]>
  /**
   * How much of what the query's words tell the section tells that has the most of it, from 0 to 1: words count by
   * their inverse document frequency, those that the index lacks included. One of the signs that a query has no answer
   * (`isAnswered`).
   */
  covered: number
  /** The query as it was searched, where a word was misspelt, such as `setErrorHandler` for `setErorHandler`; absent where none was. This is what the model should read; `correct: false` undoes it. */
  corrected?: string
}

export interface FacetValue {
  value: string
  count: number
}

/** A work that sections were taken from, for showing its licence. */
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
  /** SHA-256 of the index's words, as hex; another one is another index. */
  sha256: string
  /** Filter names and all of their values, most frequent first. */
  filters: Record<string, string[]>
  /** Absent if the index was made with `--words-only`. */
  embeddings?: {
    /** Name of the model that made the codes (`reranker.info.model`); a vector of another one means nothing here. */
    model: string
    /** Its weights (`reranker.info.weights`); absent in indexes of earlier programs. */
    weights?: string
    /** Numbers in a vector. */
    width: number
  }
  /** Token codes, for late interaction (`QueryOptions.tokens`); absent if the index has none. */
  tokens?: {
    /** Of the file, which is fetched when it is first needed. */
    bytes: number
  }
  credits: IndexCredit[]
  /** Bytes that were downloaded to open it. */
  bytes: number
}

export interface SiteSearch {
  /**
   * Searches. Calls are answered in the order in which they were made. An empty query finds nothing, and gives the
   * facets of all.
   * @throws RerankError, or `signal.reason`
   */
  query(text: string, options?: QueryOptions): Promise<QueryResult>
  /** Sections by their ids, in that order: recent ones, or those of a deep link. Unknown ids are left out. */
  sections(ids: readonly number[]): Promise<Section[]>
  /**
   * Fetches what queries with a `vector` and `tokens` need ahead of the first: codes of embeddings, then of tokens.
   * Resolves when all is there; what could not be fetched is fetched by a later query.
   */
  loadEmbeddings(): Promise<void>
  readonly info: IndexInfo
  /** Ends the worker. Pending calls reject with code `disposed`. */
  dispose(): Promise<void>
}
