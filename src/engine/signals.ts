import { RerankError } from '../api/errors.js'
import { SIGNALS } from '../api/signals.js'
import { type Manifest, vectorWidth } from '../model/manifest.js'
import type { Candidate } from '../threads/rerankProtocol.js'
import { cosine, type Embedding, type Range, type TokenVectors } from './embedding.js'
import { type Columns, fuse, type Scales, scalesOf } from './fusion.js'
import type { FusionRequest } from './fusionRequest.js'
import { lateInteraction, queryTokens } from './lateInteraction.js'
import { maxSim } from './maxSim.js'
import type { ScoredList } from './rank.js'

/**
 * How a list is fused. `final list`: the full weights, on its own scales. `cascade step`: the cascade's weights, on its
 * own scales. `refined part`: the full weights, on the scales of the list that was fused before.
 */
export type FusionPass = 'final list' | 'cascade step' | 'refined part'

/** The signals of one request's candidates beside their MVP scores, and the fusion of all signals. */
export class CandidateSignals {
  readonly #views: number
  readonly #width: number
  readonly #cosines = new Map<number, number>()
  readonly #lateInteractions = new Map<number, number>()
  readonly #firstStageScores = new Map<number, number>()
  #scales: Scales | undefined
  #query: { vector: Float32Array; lateInteraction: ((passage: TokenVectors) => number) | undefined } | undefined
  /** The signal that is an embedder's own score. */
  readonly #own: ReadonlyMap<number, number> | undefined

  readonly #fusion: FusionRequest

  /** @param manifest of the model that made the vectors */
  constructor(fusion: FusionRequest, { views, architecture }: Manifest) {
    this.#fusion = fusion
    this.#views = views
    this.#width = vectorWidth(architecture)
    const scoring = architecture.embedder?.scoring
    this.#own = scoring && (scoring === 'similarity' ? this.#cosines : this.#lateInteractions)
  }

  /** Whether the query must still be embedded, for cosine and late interaction. */
  needsQuery(candidates: readonly Candidate[], embed: boolean): boolean {
    return !this.#query && (embed || candidates.some(({ vector, codes }) => vector ?? codes))
  }

  /** @param textTokens the range of the query's own tokens */
  setQuery({ vector, tokens }: Embedding, textTokens: Range): void {
    this.#query = { vector, lateInteraction: tokens && comparison(tokens, textTokens) }
  }

  /** Adds the signals given with the candidates. @throws RerankError `bad-passage` for a vector of another width */
  addGiven(candidates: readonly Candidate[]): void {
    for (const { index, firstStageScore, vector } of candidates) {
      if (firstStageScore !== undefined) this.#firstStageScores.set(index, firstStageScore)
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

  /** Adds the signals that come from the embedding of a candidate's text. */
  addEmbedding(index: number, { vector, tokens }: Embedding): void {
    if (!this.#query) return
    this.#cosines.set(index, cosine(this.#query.vector, vector))
    const score = tokens && this.#query.lateInteraction?.(tokens)
    if (score !== undefined) this.#lateInteractions.set(index, score)
  }

  /** Replaces MVP's scores by the fused scores. MVP's stay among the signals. */
  fuse(scored: ScoredList, pass: FusionPass): ScoredList {
    const columns = this.#columns(scored)
    if (pass !== 'refined part' || !this.#scales) this.#scales = scalesOf(columns)
    const signals = new Float32Array(SIGNALS.length * scored.indices.length)
    SIGNALS.forEach((signal, row) => {
      signals.set(columns[signal], row * scored.indices.length)
    })
    const weights = pass === 'cascade step' ? this.#fusion.cascadeWeights : this.#fusion.weights
    return { ...scored, scores: fuse(columns, weights, this.#scales), signals }
  }

  /**
   * Scores the candidates whose cosine is known by their signals alone, without reading a passage with the query. An
   * embedder's own score counts as MVP's.
   */
  scoreWithoutReading(): ScoredList {
    const indices = Uint32Array.from((this.#own ?? this.#cosines).keys()).sort()
    const scores = columnOf(this.#own ?? new Map(), indices)
    const views = new Float32Array(indices.length * this.#views).fill(Number.NaN)
    return this.fuse({ indices, scores, views }, 'cascade step')
  }

  #columns({ indices, scores }: ScoredList): Columns {
    const column = (values: ReadonlyMap<number, number>) => columnOf(values, indices)
    return {
      mvp: scores,
      cosine: column(this.#cosines),
      lateInteraction: column(this.#lateInteractions),
      firstStage: column(this.#firstStageScores),
    }
  }
}

/** The value of each passage; NaN if there is none. */
function columnOf(values: ReadonlyMap<number, number>, indices: Uint32Array): Float32Array {
  const column = new Float32Array(indices.length)
  for (let place = 0; place < indices.length; place++) column[place] = values.get(indices[place]!) ?? Number.NaN
  return column
}

/** Compares the query's tokens with a passage's. */
function comparison(query: TokenVectors, textTokens: Range): (passage: TokenVectors) => number {
  if (query.values instanceof Float32Array) return passage => maxSim(query, passage)
  const tokens = queryTokens(query, textTokens)
  return passage => lateInteraction(tokens, passage)
}
