import type { Ranking } from '../src/index.js'

/** One passage of the figure: its final place, and the distance of each view's score from that view's mean. */
export interface ViewScores {
  /** Index in the list that was ranked. */
  index: number
  place: number
  /** As the model gave them. */
  scores: readonly number[]
  /** Scores less the mean of their view. The level of a view does not order: it is the same for all passages. */
  offsets: readonly number[]
  /** Mean of the offsets, which orders as the ranking does. */
  offset: number
}

export function viewScores({ results }: Ranking): ViewScores[] {
  const views = results[0]?.views?.length ?? 0
  const means = Array.from(
    { length: views },
    (_, k) => results.reduce((sum, result) => sum + result.views![k]!, 0) / results.length,
  )
  return results.map(({ index, views: scores = [] }, place) => {
    const offsets = scores.map((score, k) => score - means[k]!)
    return { index, place, scores, offsets, offset: offsets.reduce((sum, offset) => sum + offset, 0) / views }
  })
}

/** Kendall's τ between a view's order and the final one: 1 the same, 0 unrelated, -1 reversed. */
export function agreement(list: readonly ViewScores[], view: number): number {
  let sum = 0
  let pairs = 0
  for (let i = 0; i < list.length; i++) {
    for (let j = i + 1; j < list.length; j++) {
      sum += Math.sign(list[i]!.offsets[view]! - list[j]!.offsets[view]!)
      pairs++
    }
  }
  return pairs > 0 ? sum / pairs : 1
}
