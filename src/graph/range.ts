import type { GraphBuilder } from './onnx.js'

/** An int64 scalar. Equal ones are shared. */
export function scalar(graph: GraphBuilder, value: number): string {
  return graph.once(`scalar_${value}`, name => graph.tensor(name, 'int64', [], BigInt64Array.of(BigInt(value))))
}

/** The whole numbers from 0 to below the size of x along an axis. */
export function range(graph: GraphBuilder, x: string, axis: number): string {
  const size = graph.node('Squeeze', [graph.node('Shape', [x], { start: axis, end: axis + 1 })])
  return graph.node('Range', [scalar(graph, 0), size, scalar(graph, 1)])
}
