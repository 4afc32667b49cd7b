import type { Ranking, Reranker } from '../api/ranking.js'
import type { QueryResult, SiteSearch } from '../api/search.js'
import { fitsEmbeddings } from '../search/fitsEmbeddings.js'
import { isCancellation } from './errorCode.js'
import { glidePace, isGliding } from './glide.js'
import { groupPages } from './groupPages.js'
import { metWords } from './metWords.js'
import { keepInPlace, rankedThenWaiting, sameTop } from './order.js'
import { loadedPackage, loadPackage } from './packageEntry.js'
import { knownShare, queryVector } from './queryEncoding.js'
import { throttle } from './rateLimit.js'
import { readingHead } from './readingHead.js'
import { relevantSentence } from './relevantSentence.js'
import { bestParts, modelRanksOf, type Result, rowKeyOf } from './result.js'
import { type Filters, initialState, queryOf, type SearchState } from './searchState.js'
import { signalWeights, type WeightsOfStage } from './signalWeights.js'

/** Number of candidates of a query. */
const candidateCount = 50

/** Of the letters of a query, the share that a model must know to read it. */
const leastKnown = 0.5

/**
 * Milliseconds without a keystroke before the model begins to read. Reading half-typed words would only slow the
 * typing.
 */
const typingPause = 120

/** Milliseconds that the model waits for late codes of tokens: with them it reads a third as many passages. */
const codesPatience = 1000

/**
 * Runs the searches of one search box: first by words, at once after by meaning, then the model ranks what was found.
 * The order holds still once the visitor uses it. The controller knows nothing of the page.
 */
export class SearchController {
  state: SearchState = initialState
  #filters: Filters = {}
  #asTyped = false
  /** As `QueryResult` has it. */
  #covered = 1
  /** The options of the last query of the index, to ask for more. */
  #asked: { text: string; vector: Float32Array | undefined; limit: number; done: boolean } | undefined
  #run = new AbortController()
  #engaged = false
  #unanswered = false
  /** The best order that is known; differs from `state.results` while `state.betterHeld`. */
  #bestOrder: Result[] = []
  /** All candidates, every part of a section by itself: the list that the model reads. */
  #found: Result[] = []

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
      phase: query ? 'searching' : 'idle',
      betterHeld: false,
      results: query ? this.state.results : [],
    })
    try {
      const index = await this.#index()
      signal.throwIfAborted()
      const { candidates, covered, ...found } = await this.#query(index, query, signal)
      signal.throwIfAborted()
      this.#found = candidates.map(candidate => ({ candidate }))
      this.#covered = covered
      this.state = {
        ...initialState,
        input,
        phase: query ? 'words' : 'idle',
        results: rowsOf(this.#found),
        shown: this.#limit,
        asTyped,
        ...found,
        took: performance.now() - begin,
      }
      this.#onChange(false)
      this.modelReady()
    } catch (error) {
      if (signal.aborted || isCancellation(error)) return
      this.state = { ...initialState, input, phase: 'stopped', error }
      this.#onChange(false)
    }
  }

  /** If the model is loaded, it reads what is shown. Before a query, the codes that the first one needs are fetched. */
  modelReady(): void {
    const { signal } = this.#run
    const reranker = this.#reranker()
    if (!reranker) return
    if (this.state.phase === 'words') void this.#rank(reranker, signal)
    else if (this.state.phase === 'idle') void this.#fetchCodes(reranker, signal).catch(() => undefined)
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

  /**
   * Shows as many more results, in the order that is shown; what the model has not read follows in that of the index.
   */
  async showMore(): Promise<void> {
    this.engage()
    const { signal } = this.#run
    const shown = this.state.shown + this.#limit
    const asked = this.#asked
    if (this.state.results.length < shown && asked && !asked.done) {
      const index = await this.#index()
      asked.limit += candidateCount
      const { candidates } = await this.#query(index, asked.text, signal, asked.vector, asked.limit)
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
    vector?: Float32Array,
    limit = candidateCount,
  ): Promise<QueryResult> {
    this.#asked = { text, vector, limit, done: false }
    return index.query(text, {
      limit,
      filters: this.#filters,
      context: this.#context(),
      correct: !this.#asTyped,
      ...(vector && { vector }),
      signal,
    })
  }

  #abortAndBegin(): AbortSignal {
    this.#run.abort()
    this.#run = new AbortController()
    this.#engaged = false
    this.#unanswered = false
    this.#bestOrder = []
    return this.#run.signal
  }

  async #rank(reranker: Reranker, signal: AbortSignal): Promise<void> {
    // What the model reads is the query as it was corrected.
    const query = this.state.corrected ?? queryOf(this.state)
    const pause = sleep(typingPause)
    let partial: ReturnType<typeof throttle<Ranking>> | undefined
    try {
      const { asPassage, isAnswered, siteFusion } = await loadPackage()
      const unread = (await knownShare(reranker, query, signal)) < leastKnown
      signal.throwIfAborted()
      if (unread) {
        this.#update({ unread })
        return
      }
      const { index, vector, usable } = await this.#embed(reranker, query, signal)
      if (usable) {
        await this.#orderAtOnce(index, usable, signal)
        if (index.info.tokens && !this.#found[0]?.candidate.semantic?.lateInteraction) {
          await Promise.race([index.query('', { limit: 0, vector: usable, signal }), sleep(codesPatience)])
          await this.#orderAtOnce(index, usable, signal)
        }
      }
      await pause
      signal.throwIfAborted()
      const begin = performance.now()
      const head = readingHead(this.#found, candidateCount)
      this.#update({ phase: 'reading', toRead: head.length })
      const fusion = usable ? siteFusion(reranker.info) : undefined
      const weightsOf = signalWeights(reranker.info, fusion, head.length)
      const take = (ranking: Ranking) => {
        if (!signal.aborted) this.#takeRanking(ranking, weightsOf)
      }
      partial = throttle(glidePace, take, isGliding)
      const passages = head.map(({ candidate }) => asPassage(candidate))
      const ranking = await reranker.rank(query, passages, {
        supersede: true,
        explain: (reranker.info.scoring ?? 'listwise') === 'listwise',
        ...(fusion !== undefined && { fusion }),
        signal,
        onPartial: partial.call,
      })
      const took = performance.now() - begin
      await partial.finish(ranking)
      signal.throwIfAborted()
      this.#unanswered = !!usable && !isAnswered(reranker.info, { covered: this.#covered }, ranking.results)
      // A line above the list would move the row under the pointer.
      this.#update({ phase: 'ranked', took, unanswered: this.#unanswered && !this.#engaged })
      if (vector && !this.#unanswered) await this.#findSentences(reranker, vector, signal)
    } catch (error) {
      partial?.cancel()
      if (signal.aborted || isCancellation(error)) return
      this.#update({ phase: 'stopped', error })
    }
  }

  /** The query's vector, and the same once more if the index can be searched by it. */
  async #embed(reranker: Reranker, query: string, signal: AbortSignal) {
    const index = await this.#index()
    const vector = await queryVector(reranker, query, signal, !!index.info.tokens)
    return { index, vector, usable: fitsEmbeddings(index.info, reranker.info) ? vector : undefined }
  }

  /** An index fetches its codes when it first gets a vector, those of tokens with the vector of a first token. */
  async #fetchCodes(reranker: Reranker, signal: AbortSignal): Promise<void> {
    const { index, usable } = await this.#embed(reranker, 'a', signal)
    if (usable) await index.query('', { limit: 0, vector: usable })
  }

  /** Shows what the query's vector finds, too: the model reads it. Known candidates keep their result objects. */
  async #orderAtOnce(index: SiteSearch, vector: Float32Array, signal: AbortSignal): Promise<void> {
    const { candidates, covered } = await this.#query(index, queryOf(this.state), signal, vector)
    signal.throwIfAborted()
    this.#covered = covered
    const known = new Map(this.#found.map(result => [result.candidate.id, result]))
    this.#found = candidates.map(candidate => Object.assign(known.get(candidate.id) ?? {}, { candidate }))
    this.#offer(this.#found)
  }

  #takeRanking(ranking: Ranking, weightsOf: WeightsOfStage): void {
    const results = this.#found
    for (const [index, modelRank] of modelRanksOf(ranking.results, weightsOf)) results[index]!.modelRank = modelRank
    const order = rankedThenWaiting(
      ranking.results.map(({ index }) => index),
      results.length,
    )
    const named = loadedPackage().exactFirst(
      order,
      results.map(({ candidate }) => candidate),
    )
    this.state = { ...this.state, read: ranking.encoded }
    this.#offer(named.map(index => results[index]!))
  }

  /** Shows a better order, or holds it back from a visitor who moves through the present one. */
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
    this.state = { ...this.state, results, byMeaning: true }
    this.state = { ...this.state, betterHeld: !this.#looksLike(this.#bestOrder) }
    this.#onChange(moved)
  }

  /** Whether the list shows these rows, in this order. */
  #looksLike(results: readonly Result[]): boolean {
    return sameTop(this.state.results.map(rowKeyOf), results.map(rowKeyOf), this.state.shown)
  }

  /** Finds the relevant sentences of the rows that are shown, from the top, then of those that are held back. */
  async #findSentences(reranker: Reranker, vector: Float32Array, signal: AbortSignal): Promise<void> {
    const shown = [this.state.results, this.#bestOrder].flatMap(results => results.slice(0, this.state.shown))
    for (const result of new Set(shown)) {
      const sentence = await relevantSentence(reranker, vector, result.candidate, signal)
      signal.throwIfAborted()
      if (sentence) result.sentence = sentence
      this.#update({})
    }
  }

  /** Finds which of the query's words met which of a result's text. Without an answer the row stays as it is. */
  async findMet(result: Result): Promise<void> {
    result.met = await metWords(this.#reranker(), this.state.corrected ?? queryOf(this.state), result.candidate)
    this.#update({})
  }

  #update(change: Partial<SearchState>): void {
    this.state = { ...this.state, ...change }
    this.#onChange(false)
  }
}

/** Each section once, by its best part, the sections of a page below each other. */
const rowsOf = (results: readonly Result[]): Result[] => groupPages(bestParts(results))

const sleep = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds))
