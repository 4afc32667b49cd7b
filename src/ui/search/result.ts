import type { RankedPassage } from '../../client/types.js'
import type { Candidate } from '../../search/types.js'
import type { Span } from './sentences.js'

/** One row of the list: what the first stage found, and what the model has said of it. */
export interface Result {
  candidate: Candidate
  /** What the model said; absent while it has not read it. */
  reading?: Reading
  /** Where in the section's text the most relevant sentence stands, once that is known. */
  sentence?: Span
}

export interface Reading {
  /** Its place in the model's order, from 0. */
  place: number
  /** How many passages the model has read beside it, itself included. */
  of: number
  /** For each view: its place if that view alone decided, from 0. */
  viewPlaces: number[]
}

/** What the model says of each candidate, by the candidate's place in the list that was ranked. */
export function readingsOf(results: readonly Pick<RankedPassage, 'index' | 'views'>[]): Map<number, Reading> {
  const views = results[0]?.views?.length ?? 0
  const places = Array.from({ length: views }, (_, view) => {
    const order = [...results].sort((a, b) => b.views![view]! - a.views![view]!)
    return new Map(order.map(({ index }, place) => [index, place]))
  })
  return new Map(
    results.map(({ index }, place) => [
      index,
      { place, of: results.length, viewPlaces: places.map(order => order.get(index)!) },
    ]),
  )
}
