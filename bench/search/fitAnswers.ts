import type { AnswerWeights } from '../../src/api/models.js'
import { type Signs, sureness } from '../../src/search/isAnswered.js'

/**
 * The share of unanswered queries to recognize. A higher share would also refuse lists that answer in words other than
 * the query's. The sets have too few of those to derive the bound from answered queries.
 */
const TOLD = 0.85

/** Logistic regression. Its bias is then moved so that the share `TOLD` of the unanswered queries lies below 0. */
export function fitAnswers(rows: readonly (Signs & { answered: boolean })[]): AnswerWeights {
  const points = rows.map(({ covered, cosine, lateInteraction }) => [1, covered, cosine, lateInteraction])
  const weights = [0, 0, 0, 0]
  for (let round = 0; round < 50_000; round++) {
    const slope = weights.map(weight => 1e-3 * weight)
    points.forEach((point, i) => {
      const sum = point.reduce((sum, value, at) => sum + value * weights[at]!, 0)
      const error = 1 / (1 + Math.exp(-sum)) - Number(rows[i]!.answered)
      for (let at = 0; at < slope.length; at++) slope[at]! += error * point[at]!
    })
    for (let at = 0; at < slope.length; at++) weights[at]! -= (2 * slope[at]!) / points.length
  }
  const [bias, covered, cosine, lateInteraction] = weights.map(weight => Math.round(100 * weight) / 100) as [
    number,
    number,
    number,
    number,
  ]
  const fitted = { bias, covered, cosine, lateInteraction }
  const others = rows.filter(({ answered }) => !answered).map(row => sureness(row, fitted))
  others.sort((a, b) => a - b)
  return { ...fitted, bias: Math.round(100 * (bias - others[Math.floor(TOLD * others.length)]!)) / 100 }
}
