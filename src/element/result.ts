import type { RankedPassage, Signals } from '../api/ranking.js'
import type { Candidate } from '../api/search.js'
import type { Span } from './sentences.js'

/** A candidate of the index, a section or a part of one, with what the model adds to it. */
export interface Result {
  candidate: Candidate
  /** Absent until the model has read the candidate. */
  modelRank?: ModelRank
  /** Where the most relevant sentence stands in the candidate's text, once that is known. */
  sentence?: Span
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

/** Where the model placed a candidate among those that it has read. Places count from 0. */
export interface ModelRank {
  place: number
  /** Number of candidates that the model has read. */
  total: number
  /** For each view: the place if that view alone decided. */
  viewPlaces: number[]
  /** For each signal, where the order combines several: the place by that signal alone. */
  signalPlaces: Partial<Record<keyof Signals, number>>
}

/** Signals that a ranking may combine, in the order in which an explanation lists them. */
const signalNames = ['mvp', 'lateInteraction', 'cosine', 'firstStage'] as const

/** @returns the rank of each candidate, by the candidate's index in the list that was ranked */
export function modelRanksOf(
  results: readonly Pick<RankedPassage, 'index' | 'views' | 'signals'>[],
): Map<number, ModelRank> {
  const placesBy = (value: (result: Pick<RankedPassage, 'views' | 'signals'>) => number) => {
    const order = [...results].sort((a, b) => value(b) - value(a))
    return new Map(order.map(({ index }, place) => [index, place]))
  }
  const views = Array.from({ length: results[0]?.views?.length ?? 0 }, (_, view) =>
    placesBy(({ views }) => views![view]!),
  )
  const signals = signalNames
    .filter(name => results.every(({ signals }) => signals?.[name] !== undefined))
    .map(name => [name, placesBy(({ signals }) => signals![name]!)] as const)
  return new Map(
    results.map(({ index }, place) => [
      index,
      {
        place,
        total: results.length,
        viewPlaces: views.map(places => places.get(index)!),
        signalPlaces: Object.fromEntries(signals.map(([name, places]) => [name, places.get(index)!])),
      },
    ]),
  )
}
