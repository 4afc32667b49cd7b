import type { RankedPassage, Signals } from '../api/ranking.js'
import type { Candidate } from '../api/search.js'
import type { Span } from './sentences.js'

/** What the first stage found, and what the model has said of it: a section, or a part of one. */
export interface Result {
  candidate: Candidate
  /** What the model said; absent while it has not read it. */
  verdict?: ModelVerdict
  /** Where in the section's text the most relevant sentence stands, once that is known. */
  sentence?: Span
}

/** The row it is shown in: its section's, and so the same one while the part it shows changes. It can glide, and keep its place. */
export const rowOf = ({ candidate }: Result) => candidate.section

export interface ModelVerdict {
  /** Its place in the model's order, from 0. */
  place: number
  /** How many passages the model has read beside it, itself included. */
  of: number
  /** For each view: its place if that view alone decided, from 0. */
  viewPlaces: number[]
  /** Where the order was made of several signals: its place by each of them, from 0. */
  signalPlaces: Partial<Record<keyof Signals, number>>
}

/** Signals that a ranking may be made of, in the order in which they are told. */
const signalNames = ['mvp', 'lateInteraction', 'cosine', 'firstStage'] as const

/** What the model says of each candidate, by the candidate's place in the list that was ranked. */
export function verdictsOf(
  results: readonly Pick<RankedPassage, 'index' | 'views' | 'signals'>[],
): Map<number, ModelVerdict> {
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
        of: results.length,
        viewPlaces: views.map(places => places.get(index)!),
        signalPlaces: Object.fromEntries(signals.map(([name, places]) => [name, places.get(index)!])),
      },
    ]),
  )
}
