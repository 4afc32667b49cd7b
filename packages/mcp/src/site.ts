import {
  asPassage,
  type Candidate,
  exactFirst,
  isAnswered,
  openSearch,
  type QueryResult,
  type Reranker,
  type Section,
  type SiteSearch,
  siteFusion,
} from 'mvp-rerank/node'

/** Candidates that the model reads. */
const CANDIDATES = 50

export interface Found {
  /** The best part of each section, the best section first. */
  sections: Candidate[]
  /** Whether the model has read the candidates. */
  reranked: boolean
  /** False if nothing seems to answer the query: these are the nearest. */
  answered: boolean
  /** The query as it was searched, if a word was misspelt. */
  corrected?: string
}

/** One index, and the model that ranks what it finds. */
export class Site {
  readonly #search: SiteSearch
  readonly #reranker: Reranker | undefined

  private constructor(search: SiteSearch, reranker: Reranker | undefined) {
    this.#search = search
    this.#reranker = reranker
  }

  /** @throws RerankError */
  static async open(folder: string, reranker: Reranker | undefined): Promise<Site> {
    return new Site(await openSearch({ src: folder }), reranker)
  }

  /**
   * By words, by meaning if the model is the index's, and then in the order of the model. When `time` is up, the order
   * at hand counts.
   * @throws RerankError, or the reason of `signal`
   */
  async find(question: string, limit: number, time: AbortSignal, signal: AbortSignal): Promise<Found> {
    const words = await this.#search.query(question, { limit: CANDIDATES, signal })
    const corrected = words.corrected === undefined ? {} : { corrected: words.corrected }
    const unread = ({ candidates }: QueryResult): Found => {
      return { sections: bestParts(candidates, limit), reranked: false, answered: true, ...corrected }
    }
    if (!this.#reranker) return unread(words)
    const either = AbortSignal.any([time, signal])
    let found = words
    try {
      const query = words.corrected ?? question
      const vector = await this.#embed(query, either)
      if (vector) found = await this.#search.query(question, { limit: CANDIDATES, vector, signal })
      const { candidates } = found
      const { results } = await this.#reranker.rank(query, candidates.map(asPassage), {
        signal: either,
        // `isAnswered` reads the signals; other models have none.
        explain: this.#reranker.info.scoring === 'listwise',
        ...(vector ? { fusion: siteFusion(this.#reranker.info) } : {}),
      })
      const order = exactFirst(
        results.map(({ index }) => index),
        candidates,
      )
      const ranked = order.map(place => candidates[place]!)
      const answered = isAnswered(this.#reranker.info, found, results)
      return { sections: bestParts(ranked, limit), reranked: true, answered, ...corrected }
    } catch (error) {
      if (time.aborted && !signal.aborted) return unread(found)
      throw error
    }
  }

  /** All parts of a section, in their order; undefined if there is none of this id. */
  async read(id: number): Promise<Section[] | undefined> {
    const [asked] = await this.#search.sections([id])
    if (!asked) return undefined
    const parts: Section[] = []
    for (let next = asked.section; ; next++) {
      const [part] = await this.#search.sections([next])
      if (part?.section !== asked.section) return parts
      parts.push(part)
    }
  }

  /**
   * The vector of the query, with those of its tokens if the index has token codes; undefined if the index was made
   * with another model, or with none.
   */
  async #embed(query: string, signal: AbortSignal): Promise<Float32Array | undefined> {
    const { embeddings, tokens } = this.#search.info
    const { model, weights } = this.#reranker!.info
    if (embeddings?.model !== model || (embeddings.weights ?? weights) !== weights) return undefined
    const [vector] = await this.#reranker!.embed([query], {
      tokens: tokens !== undefined,
      prompt: 'query',
      signal,
    })
    return vector
  }
}

/** The first candidate of each section. */
function bestParts(candidates: readonly Candidate[], limit: number): Candidate[] {
  const seen = new Set<number>()
  const best = candidates.filter(({ section }) => !seen.has(section) && seen.add(section))
  return best.slice(0, limit)
}
