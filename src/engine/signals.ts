import { RerankError } from '../api/errors.js'
import type { SignalWeights } from '../api/models.js'
import type { Manifest } from '../model/manifest.js'
import { cosine, type Embedding, type Range } from './embedding.js'
import type { Candidate } from './engineRequest.js'
import { type Columns, fuse, type Scales, SIGNALS, scalesOf } from './fusion.js'
import { lateInteraction, type QueryTokens, queryTokens } from './lateInteraction.js'
import type { Scored } from './rank.js'

/** What is known of one request's candidates beside their MVP scores, and the fusion of it all. */
export class CandidateSignals {
  readonly #views: number
  readonly #width: number
  readonly #cosines = new Map<number, number>()
  readonly #lates = new Map<number, number>()
  readonly #firsts = new Map<number, number>()
  #scales: Scales | undefined
  #query: { vector: Float32Array; tokens?: QueryTokens } | undefined

  readonly #weights: SignalWeights
  readonly #cheap: SignalWeights

  /**
   * @param cheap weights for the cheap step of a cascade
   * @param manifest of the model that made the vectors
   */
  constructor(weights: SignalWeights, cheap: SignalWeights, { views, architecture }: Manifest) {
    this.#weights = weights
    this.#cheap = cheap

    this.#views = views
    this.#width = architecture.width
  }

  /** Whether the query's embedding, without which there is neither cosine nor late interaction, is wanted and not known. */
  needsQuery(candidates: readonly Candidate[], embed: boolean): boolean {
    return !this.#query && (embed || candidates.some(({ vector }) => vector !== undefined))
  }

  /** @param own which of the query's tokens are its own */
  setQuery({ vector, tokens }: Embedding, own: Range): void {
    this.#query = tokens ? { vector, tokens: queryTokens(tokens, own) } : { vector }
  }

  /** Takes what comes with the candidates. @throws RerankError bad-passage for a vector of another model */
  take(candidates: readonly Candidate[]): void {
    for (const { index, firstStageScore, vector } of candidates) {
      if (firstStageScore !== undefined) this.#firsts.set(index, firstStageScore)
      if (!vector) continue
      if (vector.length !== this.#width) {
        throw new RerankError(
          'bad-passage',
          `The vector of passage ${index} has ${vector.length} numbers, those of the model have ${this.#width}.`,
          { index, remedy: 'Make vectors with `embed` of the same model.' },
        )
      }
      if (this.#query) this.#cosines.set(index, cosine(this.#query.vector, vector))
    }
  }

  /** Takes the embedding of a candidate's text. */
  embedded(index: number, { vector, tokens }: Embedding): void {
    if (!this.#query) return
    this.#cosines.set(index, cosine(this.#query.vector, vector))
    if (tokens && this.#query.tokens) this.#lates.set(index, lateInteraction(this.#query.tokens, tokens))
  }

  /**
   * Puts the fused scores in the place of MVP's, which stay among the signals.
   * @param as whole: a list by itself; part: of the list that was fused before, whose scales it keeps; step: the list of which a cascade keeps the best
   */
  fuse(scored: Scored, as: 'whole' | 'part' | 'step'): Scored {
    const columns = this.#columns(scored)
    if (as !== 'part' || !this.#scales) this.#scales = scalesOf(columns)
    const signals = new Float32Array(SIGNALS.length * scored.indices.length)
    SIGNALS.forEach((signal, row) => {
      signals.set(columns[signal], row * scored.indices.length)
    })
    return { ...scored, scores: fuse(columns, as === 'step' ? this.#cheap : this.#weights, this.#scales), signals }
  }

  /** What is known so far without having read anything together with the query, as a list. */
  alone(): Scored {
    const indices = Uint32Array.from(this.#cosines.keys()).sort()
    const unread = new Float32Array(indices.length).fill(Number.NaN)
    const views = new Float32Array(indices.length * this.#views).fill(Number.NaN)
    return this.fuse({ indices, scores: unread, views }, 'step')
  }

  #columns({ indices, scores }: Scored): Columns {
    const column = (values: ReadonlyMap<number, number>) => {
      const column = new Float32Array(indices.length)
      for (let place = 0; place < indices.length; place++) column[place] = values.get(indices[place]!) ?? Number.NaN
      return column
    }
    return {
      mvp: scores,
      cosine: column(this.#cosines),
      lateInteraction: column(this.#lates),
      firstStage: column(this.#firsts),
    }
  }
}
