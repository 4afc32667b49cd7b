import { expect, it } from 'vitest'
import { Evaluation } from './evaluate.js'

it('averages over judged queries; one without relevant passages counts as zero', () => {
  const evaluation = new Evaluation(100)
  evaluation.add(['a', 'b'], new Map([['b', 1]]))
  evaluation.add(['a'], new Map([['a', 0]]))
  evaluation.add(['a'], new Map())
  expect(evaluation.queries).toBe(2)
  expect(evaluation.means()).toEqual({
    'ndcg@10': 1 / Math.log2(3) / 2,
    'mrr@10': 0.25,
    'recall@10': 0.5,
    'recall@100': 0.5,
    'map@100': 0.25,
  })
})
