import { describe, expect, test } from 'vitest'
import { GraphBuilder, type OnnxGraph, selfContained } from './onnx.js'
import { createSession, runtimes } from './testing.js'

function weightedSum(): OnnxGraph {
  const graph = new GraphBuilder('weighted_sum')
  const x = graph.input('x', 'float32', ['rows', 300])
  const weights = graph.tensor(
    'weights',
    'float32',
    [300, 2],
    Float32Array.from({ length: 600 }, (_, i) => i % 7),
  )
  const shift = graph.tensor('shift', 'float32', [2], Float32Array.of(0.5, -2))
  graph.output('y', 'float32', ['rows', 2])
  graph.node('Add', [graph.node('MatMul', [x, weights]), shift], {}, 'y')
  return graph.finish()
}

describe.each(Object.entries(runtimes))('%s', (_, ort) => {
  test.each([
    ['with external data', weightedSum()],
    ['self-contained', { ...weightedSum(), model: selfContained(weightedSum()), externalData: [] }],
  ])('reads a graph %s', async (_, graph) => {
    const session = await createSession(ort, graph)
    const x = new ort.Tensor('float32', new Float32Array(300).fill(1), [1, 300])
    const { y } = await session.run({ x })
    const sum = (column: number) => Array.from({ length: 300 }, (_, i) => (2 * i + column) % 7).reduce((a, b) => a + b)
    expect([...(y!.data as Float32Array)]).toEqual([sum(0) + 0.5, sum(1) - 2])
  })
})

test('large tensors lie outside of the model as views, small ones within', () => {
  const graph = weightedSum()
  expect(graph.externalData.map(({ path, data }) => [path, data.length])).toEqual([['weights', 2400]])
  expect(graph.model.length).toBeLessThan(600)
})

test('equal integer constants are one tensor', () => {
  const graph = new GraphBuilder('constants')
  expect(graph.integers(0, -1)).toBe(graph.integers(0, -1))
})

test('what no .onnx file can hold is refused', () => {
  const graph = weightedSum()
  const [tensor] = graph.externalData
  const huge = { ...tensor!, data: { length: 2 ** 31 } as Uint8Array }
  expect(() => selfContained({ ...graph, externalData: [huge] })).toThrow(
    expect.objectContaining({ code: 'unsupported' }),
  )
})
