import { expect, it } from 'vitest'
import { Evaluation } from './evaluate.js'
import { defaultMetrics, parseMetric } from './metricNames.js'

it('averages over judged queries, for every system; a query without relevant passages counts as zero', () => {
  const evaluation = new Evaluation(defaultMetrics(100).map(name => parseMetric(name, 1)!))
  const measure = (id: string, grades: [string, number][], orders: Record<string, string[]>) =>
    evaluation.measure({ id, text: `query ${id}`, qrels: new Map(grades) }, orders)
  const first = measure('1', [['b', 1]], { model: ['a', 'b'], other: ['b'] })
  expect(first).toMatchObject({
    id: '1',
    text: 'query 1',
    systems: { model: { 'mrr@10': 0.5 }, other: { 'mrr@10': 1 } },
  })
  evaluation.add(first!)
  evaluation.add(measure('2', [['a', 0]], { model: ['a'], other: ['a'] })!)
  expect(measure('3', [], { model: ['a'], other: ['a'] })).toBe(undefined)
  expect(evaluation.queries.map(({ id }) => id)).toEqual(['1', '2'])
  expect(evaluation.means('other')).toMatchObject({ 'ndcg@10': 0.5 })
  expect(evaluation.means('model')).toEqual({
    'ndcg@10': 1 / Math.log2(3) / 2,
    'mrr@10': 0.25,
    'recall@10': 0.5,
    'recall@100': 0.5,
    'map@100': 0.25,
    'p@10': 0.05,
  })
})
