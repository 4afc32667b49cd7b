import type { Signal, SignalWeights } from '../api/models.js'
import type { RankedPassage } from '../api/ranking.js'
import type { Candidate } from '../api/search.js'
import type { MarkedPlace } from './segments.js'
import type { Span } from './sentences.js'

/** A candidate of the index (a section or a part of one) and what the model adds to it. */
export interface Result {
  candidate: Candidate
  /** Absent until the model has ranked the candidate. */
  modelRank?: ModelRank
  /** The place of the most relevant sentence in the candidate's text, once known. */
  sentence?: Span
  /** The words of the candidate's text that words of the query met in late interaction, once asked for. */
  met?: readonly MarkedPlace[] | undefined
}

/**
 * Identifies the row that shows a result. All parts of a section share one row, so the row glides and keeps its place
 * while the part that it shows changes.
 */
export const rowKeyOf = ({ candidate }: Result): number => candidate.section

/**
 * Keeps the best part of each section, at its place in the order. The index splits long sections and the model reads
 * their parts one by one; the list shows a section once.
 */
export function bestParts(results: readonly Result[]): Result[] {
  const seen = new Set<number>()
  return results.filter(result => !seen.has(rowKeyOf(result)) && seen.add(rowKeyOf(result)))
}

/** Where the model placed a candidate among those that it has ranked. Places count from 0. */
export interface ModelRank {
  place: number
  /** Number of candidates that the model has ranked. */
  total: number
  /**
   * Present if the best were ranked again among themselves. The places below then count within the candidate's block.
   */
  block?: {
    size: number
    /** Number of candidates that were ranked again. */
    best: number
    isBest: boolean
  }
  /** For each view, the place if it alone decided. */
  viewPlaces: number[]
  /** For each signal with a share in the score, the place if it alone decided. */
  signalPlaces: Partial<Record<Signal, number>>
}

type Ranked = Pick<RankedPassage, 'index' | 'views' | 'signals'> & { stage?: number }

/** Signals that a ranking may combine, in the order in which an explanation lists them. */
const signalNames = ['mvp', 'lateInteraction', 'cosine', 'firstStage'] as const

/**
 * @param weightsOf the weights of a stage's signals; undefined if each signal counts
 * @returns the rank of each candidate, by the candidate's index in the list that was ranked
 */
export function modelRanksOf(
  results: readonly Ranked[],
  weightsOf?: (stage: number) => SignalWeights | undefined,
): Map<number, ModelRank> {
  const ranks = new Map<number, ModelRank>()
  const stages = [...new Set(results.map(({ stage = 0 }) => stage))]
  for (const stage of stages) {
    const block = results.filter(result => (result.stage ?? 0) === stage)
    const first = ranks.size
    const isBest = stage !== stages.at(-1)
    const views = Array.from({ length: block[0]!.views?.length ?? 0 }, (_, view) =>
      placesBy(block.map(({ views }) => views![view]!)),
    )
    const weights = weightsOf?.(stage)
    const signals = signalNames
      .filter(name => weights?.[name] !== 0)
      .map(name => [name, block.map(({ signals }) => signals?.[name] ?? Number.NaN)] as const)
      // A signal that is equal for all does not affect the order.
      .filter(([, values]) => values.every(Number.isFinite) && values.some(value => value !== values[0]))
      .map(([name, values]) => [name, placesBy(values)] as const)
    block.forEach(({ index }, i) => {
      ranks.set(index, {
        place: first + i,
        total: results.length,
        ...(stages.length > 1 && {
          block: { size: block.length, best: isBest ? first + block.length : first, isBest },
        }),
        viewPlaces: views.map(places => places[i]!),
        signalPlaces: Object.fromEntries(signals.map(([name, places]) => [name, places[i]!])),
      })
    })
  }
  return ranks
}

/** For each value, the number of higher values. */
function placesBy(values: readonly number[]): number[] {
  return values.map(value => values.filter(other => other > value).length)
}
