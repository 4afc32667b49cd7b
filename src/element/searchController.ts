import type { SignalWeights } from '../api/models.js'
import type { FusionOption, Ranking, Reranker, RerankerInfo } from '../api/ranking.js'
import type { Candidate, FacetValue, QueryResult, SiteSearch } from '../api/search.js'
import { fitsEmbeddings } from '../search/fitsEmbeddings.js'
import { type EmbeddedQuery, embedQuery, hasLateInteraction } from './embedQuery.js'
import { glidePace, isGliding } from './glide.js'
import { groupPages } from './groupPages.js'
import { keepInPlace, rankedThenWaiting, sameTop } from './order.js'
import { loadedPackage, loadPackage } from './packageEntry.js'
import { debounce, throttle } from './rateLimit.js'
import { RelevantSentences } from './relevantSentence.js'
import { bestParts, modelRanksOf, type Result, rowKeyOf } from './result.js'

/** Number of candidates that the model reads. */
const candidateCount = 50

/** Of the letters of a query, the share that a model must know to read it. */
const leastKnown = 0.5

/**
 * Milliseconds without a keystroke before the model begins to read. Reading half-typed words would only slow the
 * typing.
 */
const typingPause = 120

export type Filters = Record<string, string[]>

/** What became of a query that was embedded. */
interface Better {
  /** The model does not know its words. */
  unread: boolean
  vector?: Float32Array
  /** The candidates were found by words and embeddings. */
  usable: boolean
}

export interface SearchState {
  /** The text of the input as it was typed: the one place that holds the query. `queryOf` trims it. */
  input: string
  /**
   * idle: no query; searching: the index is asked, rows are still those of the former query; words: ordered by words;
   * reading: the model ranks; ranked: the model has ranked all candidates; stopped: the index or the model failed.
   */
  phase: 'idle' | 'searching' | 'words' | 'reading' | 'ranked' | 'stopped'
  /** In the order that is shown; each section once, by its best part, the sections of a page below each other. */
  results: Result[]
  /** How many of them are shown at most. */
  shown: number
  /** The query as it was corrected, which is what was searched. */
  corrected?: string
  /** The visitor wants the words as they were typed. */
  asTyped: boolean
  /** Values of the page that narrowed the search, by the filter's name. */
  context: Record<string, string[]>
  /** No section answers the query, as far as that can be told: the results are the nearest. */
  unanswered: boolean
  /** The model does not know the words of the query: the order is that of words. */
  unread: boolean
  /** A better order is known but not shown, because the visitor moves through the present one. */
  betterHeld: boolean
  /** Number of sections that match words of the query. */
  total: number
  facets: Record<string, FacetValue[]>
  suggestions: string[]
  /** Number of passages that the model has ranked, of `toRead`. Some of them it may have read for an earlier query. */
  read: number
  toRead: number
  /** Milliseconds that the last finished step took. */
  took: number
  /** Why the index does not answer, or why the model stopped. */
  error?: unknown
}

const initialState: SearchState = {
  input: '',
  phase: 'idle',
  results: [],
  shown: 0,
  asTyped: false,
  context: {},
  unanswered: false,
  unread: false,
  betterHeld: false,
  total: 0,
  facets: {},
  suggestions: [],
  read: 0,
  toRead: 0,
  took: 0,
}

/** The query of a state: the input without the spaces around it. */
export const queryOf = ({ input }: Pick<SearchState, 'input'>): string => input.trim()

/**
 * Runs the searches of one search box: first by words, then the model ranks what they found. The order holds still
 * once the visitor uses it. The controller knows nothing of the page.
 */
export class SearchController {
  state: SearchState = initialState
  #filters: Filters = {}
  #asTyped = false
  #covered: Pick<QueryResult, 'covered'> = { covered: 1 }
  /** The options of the last query of the index, to ask for more. */
  #asked: { text: string; embedded?: EmbeddedQuery; limit: number; done: boolean } | undefined
  /** What the embedded query finds, once it was asked for. */
  #better: Promise<Better> | undefined
  #run = new AbortController()
  #engaged = false
  #unanswered = false
  /** The best order that is known; differs from `state.results` while `state.betterHeld`. */
  #bestOrder: Result[] = []
  /** All candidates, every part of a section by itself: the list that the model reads. */
  #found: Result[] = []
  #sentences: { reranker: Reranker; relevant: RelevantSentences } | undefined

  readonly #index: () => Promise<SiteSearch>
  readonly #reranker: () => Reranker | undefined
  readonly #limit: number
  readonly #context: () => Filters
  readonly #hoveredRow: () => number | undefined
  readonly #onChange: (moved: boolean) => void

  /**
   * @param index opens the index, or returns the open one
   * @param reranker the model, once it is loaded
   * @param limit number of results that are shown, until more are asked for
   * @param context what the page is about
   * @param hoveredRow the key of the row under a resting pointer, which keeps its place
   * @param onChange called after every change; `moved`: rows that are shown changed places
   */
  constructor(
    index: () => Promise<SiteSearch>,
    reranker: () => Reranker | undefined,
    limit: number,
    context: () => Filters,
    hoveredRow: () => number | undefined,
    onChange: (moved: boolean) => void,
  ) {
    this.#index = index
    this.#reranker = reranker
    this.#limit = limit
    this.#context = context
    this.#hoveredRow = hoveredRow
    this.#onChange = onChange
  }

  /** Searches for what was typed. A newer call aborts an older one. @param asTyped without corrections */
  async search(input: string, filters: Filters = this.#filters, asTyped = false): Promise<void> {
    const signal = this.#abortAndBegin()
    this.#filters = filters
    this.#asTyped = asTyped
    const query = queryOf({ input })
    const begin = performance.now()
    // Rows of the former query stay until there are new ones: an empty list in between would flicker.
    this.#update({
      input,
      phase: query === '' ? 'idle' : 'searching',
      betterHeld: false,
      ...(query === '' ? { results: [] } : {}),
    })
    try {
      const index = await this.#index()
      signal.throwIfAborted()
      const { candidates, ...found } = await this.#query(index, query, signal)
      signal.throwIfAborted()
      this.#found = candidates.map(candidate => ({ candidate }))
      this.#covered = found
      this.state = {
        ...initialState,
        input,
        phase: query === '' ? 'idle' : 'words',
        results: rowsOf(this.#found),
        shown: this.#limit,
        asTyped,
        ...(found.corrected === undefined ? {} : { corrected: found.corrected }),
        context: found.context ?? {},
        total: found.total,
        facets: found.facets,
        suggestions: found.suggestions,
        took: performance.now() - begin,
      }
      this.#onChange(false)
      if (query === '') return
      this.#orderAtOnce(index, signal)
      this.#rankSoon(signal)
    } catch (error) {
      if (signal.aborted || isCancellation(error)) return
      this.state = { ...initialState, input, phase: 'stopped', error }
      this.#onChange(false)
    }
  }

  /** The model is loaded: it now reads what is shown. */
  modelReady(): void {
    // An index that nobody has asked yet is not opened for it.
    if (this.#asked) {
      void this.#index()
        .then(index => this.#loadEmbeddings(index))
        .catch(() => undefined)
    }
    if (this.state.phase === 'words') void this.#rank(this.#run.signal)
  }

  /** The visitor has begun to move through the list: from now on its order holds still. */
  engage(): void {
    this.#engaged = true
  }

  /** Shows the order that was held back. */
  showBetterOrder(): void {
    this.#engaged = false
    this.state = { ...this.state, unanswered: this.#unanswered }
    this.#showOrder(this.#bestOrder)
  }

  /** Whether there are results beyond those that are shown. */
  get hasMore(): boolean {
    const { phase, results, shown, total } = this.state
    if (phase === 'idle' || results.length === 0) return false
    return results.length > shown || (!this.#asked?.done && total > shown)
  }

  /** Shows as many more results, in the order that is shown; what the model has not read follows in that of the index. */
  async showMore(): Promise<void> {
    this.engage()
    const { signal } = this.#run
    const shown = this.state.shown + this.#limit
    const asked = this.#asked
    if (this.state.results.length < shown && asked && !asked.done) {
      const index = await this.#index()
      asked.limit += candidateCount
      const { candidates } = await this.#query(index, asked.text, signal, asked.embedded, asked.limit)
      if (signal.aborted) return
      asked.done = candidates.length < asked.limit
      const known = new Set(this.#found.map(({ candidate }) => candidate.id))
      const others = candidates.filter(({ id }) => !known.has(id)).map(candidate => ({ candidate }))
      this.#found = [...this.#found, ...others]
      this.state = { ...this.state, results: bestParts([...this.state.results, ...others]) }
      this.#bestOrder = bestParts([...this.#bestOrder, ...others])
    }
    this.#update({ shown })
  }

  dispose(): void {
    this.#run.abort()
  }

  #query(
    index: SiteSearch,
    text: string,
    signal: AbortSignal,
    embedded?: EmbeddedQuery,
    limit = candidateCount,
  ): Promise<QueryResult> {
    this.#asked = { text, limit, done: false, ...(embedded && { embedded }) }
    return index.query(text, {
      limit,
      filters: this.#filters,
      context: this.#context(),
      ...(this.#asTyped && { correct: false }),
      ...embedded,
      signal,
    })
  }

  #abortAndBegin(): AbortSignal {
    this.#run.abort()
    this.#run = new AbortController()
    this.#engaged = false
    this.#unanswered = false
    this.#bestOrder = []
    this.#better = undefined
    return this.#run.signal
  }

  readonly #rankSoon = debounce(typingPause, (signal: AbortSignal) => void this.#rank(signal))

  async #rank(signal: AbortSignal): Promise<void> {
    const reranker = this.#reranker()
    if (signal.aborted || !reranker || this.state.phase !== 'words') return
    // What the model reads is the query as it was corrected.
    const query = this.state.corrected ?? queryOf(this.state)
    const begin = performance.now()
    let partial: ReturnType<typeof throttle<Ranking>> | undefined
    try {
      const { asPassage, isAnswered, siteFusion } = await loadPackage()
      this.#better ??= this.#findBetter(reranker, query, signal)
      const { unread, vector, usable } = await this.#better
      signal.throwIfAborted()
      if (this.state.phase !== 'words') return
      if (unread) {
        this.#update({ unread })
        return
      }
      const results = this.#found
      const read = results.slice(0, candidateCount).map(({ candidate }) => asPassage(candidate))
      this.#update({ phase: 'reading', read: 0, toRead: read.length })
      const fusion = usable ? siteFusion(reranker.info) : undefined
      const weightsOf = signalWeights(reranker.info, fusion, read.length)
      const take = (ranking: Ranking) => {
        if (!signal.aborted) this.#takeRanking(ranking, results, weightsOf)
      }
      partial = throttle(glidePace, take, isGliding)
      const ranking =
        read.length === 0
          ? { results: [], done: true, encoded: 0, total: 0 }
          : await reranker.rank(query, read, {
              supersede: true,
              explain: reranker.info.scoring !== 'pointwise',
              ...(fusion === undefined ? {} : { fusion }),
              signal,
              onPartial: partial.call,
            })
      const took = performance.now() - begin
      await partial.finish(ranking)
      signal.throwIfAborted()
      this.#unanswered = usable && !isAnswered(reranker.info, this.#covered, ranking.results)
      // A line above the list would move the row under the pointer.
      this.#update({ phase: 'ranked', took, unanswered: this.#unanswered && !this.#engaged })
      if (vector && !this.#unanswered) await this.#findSentences(reranker, vector, signal)
    } catch (error) {
      partial?.cancel()
      if (signal.aborted || isCancellation(error)) return
      this.#update({ phase: 'stopped', error })
    }
  }

  /** The better order without a pause, where one costs the model no more than the query's own tokens. */
  #orderAtOnce(index: SiteSearch, signal: AbortSignal): void {
    const reranker = this.#reranker()
    if (!reranker || !hasLateInteraction(index.info, reranker)) return
    this.#loadEmbeddings(index)
    this.#better = this.#findBetter(reranker, this.state.corrected ?? queryOf(this.state), signal)
    // Whoever reads on sees the failure.
    this.#better.catch(() => undefined)
  }

  #loadEmbeddings(index: SiteSearch): void {
    const reranker = this.#reranker()
    if (reranker && fitsEmbeddings(index.info, reranker.info)) void index.loadEmbeddings?.().catch(() => undefined)
  }

  /** Finds by words and embeddings, and shows the order at once where late interaction made it. */
  async #findBetter(reranker: Reranker, query: string, signal: AbortSignal): Promise<Better> {
    const nothing = { unread: false, usable: false }
    if ((await knownShare(reranker, query, signal)) < leastKnown) return { ...nothing, unread: true }
    const index = await this.#index()
    const embedded = await embedQuery(reranker, query, index.info, signal)
    signal.throwIfAborted()
    if (!embedded) return nothing
    const { vector } = embedded
    if (!fitsEmbeddings(index.info, reranker.info)) return { ...nothing, vector }
    const better = await this.#query(index, queryOf(this.state), signal, embedded)
    signal.throwIfAborted()
    this.#covered = better
    this.#found = this.#joinFound(better.candidates)
    const atOnce = this.#found[0]?.candidate.semantic?.lateInteraction !== undefined
    if (atOnce) this.#offer(this.#found)
    return { unread: false, vector, usable: true }
  }

  /** The candidates as results. Candidates that were found before keep their result objects. */
  #joinFound(found: readonly Candidate[]): Result[] {
    const known = new Map(this.#found.map(result => [result.candidate.id, result]))
    return found.map(candidate => {
      const result = known.get(candidate.id)
      if (!result) return { candidate }
      result.candidate = candidate
      return result
    })
  }

  #takeRanking(ranking: Ranking, results: readonly Result[], weightsOf: WeightsOfStage): void {
    for (const [index, modelRank] of modelRanksOf(ranking.results, weightsOf)) results[index]!.modelRank = modelRank
    const order = rankedThenWaiting(
      ranking.results.map(({ index }) => index),
      results.length,
    )
    const named = loadedPackage().exactFirst(
      order,
      results.map(({ candidate }) => candidate),
    )
    this.state = { ...this.state, read: ranking.encoded, toRead: ranking.total }
    this.#offer(named.map(index => results[index]!))
  }

  /** Shows a better order, or keeps it for a visitor who moves through the present one. */
  #offer(order: readonly Result[]): void {
    this.#bestOrder = rowsOf(order)
    if (this.#engaged) {
      this.#update({ betterHeld: !this.#looksLike(this.#bestOrder) })
      return
    }
    const best = new Map(this.#bestOrder.map(result => [rowKeyOf(result), result]))
    const rows = keepInPlace(this.state.results.map(rowKeyOf), [...best.keys()], this.#hoveredRow())
    this.#showOrder(rows.map(row => best.get(row)!))
  }

  #showOrder(results: Result[]): void {
    const moved = !this.#looksLike(results)
    this.state = { ...this.state, results }
    this.state = { ...this.state, betterHeld: !this.#looksLike(this.#bestOrder) }
    this.#onChange(moved)
  }

  /** Whether the list shows these rows, in this order. */
  #looksLike(results: readonly Result[]): boolean {
    return sameTop(this.state.results.map(rowKeyOf), results.map(rowKeyOf), this.state.shown)
  }

  /** Finds the relevant sentences of the rows that are shown, from the top, then of those that are held back. */
  async #findSentences(reranker: Reranker, vector: Float32Array, signal: AbortSignal): Promise<void> {
    if (this.#sentences?.reranker !== reranker) {
      this.#sentences = { reranker, relevant: new RelevantSentences(reranker) }
    }
    const { relevant } = this.#sentences
    const shown = [this.state.results, this.#bestOrder].flatMap(results => results.slice(0, this.state.shown))
    for (const result of new Set(shown)) {
      const sentence = await relevant.find(vector, result.candidate, signal)
      signal.throwIfAborted()
      if (sentence) result.sentence = sentence
      this.#update({})
    }
  }

  #update(change: Partial<SearchState>): void {
    this.state = { ...this.state, ...change }
    this.#onChange(false)
  }
}

/** Each section once, by its best part, the sections of a page below each other. */
const rowsOf = (results: readonly Result[]): Result[] => groupPages(bestParts(results))

/** The share of a query's letters that the model knows; 1 from models that do not tell. */
async function knownShare(reranker: Reranker, query: string, signal: AbortSignal): Promise<number> {
  try {
    return (await reranker.knownShares?.([query], { signal }))?.[0] ?? 1
  } catch (error) {
    if (codeOf(error) === 'unsupported') return 1
    throw error
  }
}

type WeightsOfStage = (stage: number) => SignalWeights | undefined

/** A cascade reads a list of so few at full depth at once. */
const minCascade = 10

/**
 * The weights by which a ranking adds up its signals, by stage. The first step of a cascade has weights of its own.
 * @param fusion the call's
 */
function signalWeights(info: RerankerInfo, fusion: FusionOption | undefined, total: number): WeightsOfStage {
  const own = info.fusion
  if (!own || own.mode === 'off') return () => undefined
  const weights = { ...own.weights[own.mode], ...(typeof fusion === 'object' ? fusion.weights : {}) }
  const cascades = info.depth === 'cascade' && total > minCascade
  return stage => (cascades && stage === 0 ? own.weights.cascade : weights)
}

/** A newer query, or an element that left the page, ended the search. */
function isCancellation(error: unknown): boolean {
  if (error instanceof DOMException) return error.name === 'AbortError'
  return codeOf(error) === 'superseded' || codeOf(error) === 'disposed'
}

/** Reads the code alone: the class RerankError comes with the client, which is loaded late. */
function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code
}
