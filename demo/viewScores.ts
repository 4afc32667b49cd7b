import type { Ranking } from '../src/index.js'

/** One passage of the figure: its place, and the distance of each view's score from that view's mean. */
export interface ViewScores {
  /** Index in the list that was ranked. */
  index: number
  place: number
  /** As the model gave them. */
  scores: readonly number[]
  /** The score of the ranking: the mean of the scores, where nothing is fused. */
  score: number
  /** Scores less the mean of their view. The level of a view does not order: it is the same for all passages. */
  offsets: readonly number[]
  /** The score less its own mean in the list. */
  offset: number
}

/** @param ranking by the mean of the views alone, with `explain` */
export function viewScores({ results }: Ranking): ViewScores[] {
  const views = results[0]?.views?.length ?? 0
  const means = Array.from({ length: views }, (_, k) => meanOf(results.map(({ views }) => views![k]!)))
  const mean = meanOf(results.map(({ score }) => score))
  return results.map(({ index, score, views: scores = [] }, place) => ({
    index,
    place,
    scores,
    score,
    offsets: scores.map((score, k) => score - means[k]!),
    offset: score - mean,
  }))
}

/**
 * Kendall's τ-b between the order of the list and that by one view, or by the score: 1 the same, 0 unrelated, -1
 * reversed. Passages of equal value have no order between them, so they lower a τ of 1.
 */
export function agreement(list: readonly ViewScores[], by: number | 'score'): number {
  const values = list.map(({ scores, score }) => (by === 'score' ? score : scores[by]!))
  let sum = 0
  let pairs = 0
  let untied = 0
  for (let i = 0; i < list.length; i++) {
    for (let j = i + 1; j < list.length; j++) {
      const order = Math.sign(values[i]! - values[j]!)
      sum += order
      untied += Math.abs(order)
      pairs++
    }
  }
  if (pairs === 0) return 1
  return untied > 0 ? sum / Math.sqrt(pairs * untied) : 0
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
