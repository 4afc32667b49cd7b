import type { AnswerWeights } from '../../src/api/models.js'

/** What tells whether a list holds an answer: see `isAnswered`. */
export interface Signs {
  covered: number
  cosine: number
  lateInteraction: number
}

/** Of answered queries, the share that may be refused. */
const REFUSED = 0.005

export function sureness({ covered, cosine, lateInteraction }: Signs, weights: AnswerWeights): number {
  return weights.bias + weights.covered * covered + weights.cosine * cosine + weights.lateInteraction * lateInteraction
}

/** Logistic regression; its bias is then moved to where so few answered queries are refused. */
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
  const answered = rows.filter(({ answered }) => answered).map(row => sureness(row, fitted))
  answered.sort((a, b) => a - b)
  return { ...fitted, bias: Math.round(100 * (bias - answered[Math.floor(REFUSED * answered.length)]!)) / 100 }
}
