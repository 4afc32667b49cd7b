import type { StageInputs } from './encoder.js'
import type { Layers } from './layers.js'

export interface AttentionShape {
  heads: number
  headWidth: number
  /** Of the logits. */
  scale: number
}

/**
 * Multi-head self-attention without its output projection: [B, S, width] to [B, S, heads * headWidth], both flat on WASM; in a stage's last layer only
 * the first rows have queries.
 * @param name of the layer's projections; those of `biased` have biases
 * @param bias added to the logits: on WebGPU [B or 1, heads or 1, queries, S], else whatever broadcasts to that
 */
export function selfAttention(
  layers: Layers,
  inputs: StageInputs,
  { name, x, bias, biased, last }: { name: string; x: string; bias: string; biased: readonly string[]; last: boolean },
  shape: AttentionShape,
): string {
  const project = (x: string, parts: string[], rows: () => string) =>
    layers.linear(
      x,
      parts.map(part => `${name}.${part}`),
      rows,
      parts.every(part => biased.includes(part)) ? parts.map(part => `${name}.${part}.bias`) : undefined,
    )
  if (last || !layers.onGpu) {
    const q = project(last ? inputs.firstRows(x) : x, ['q'], last ? inputs.first : inputs.whole)
    return attend(layers, inputs, q, project(x, ['k'], inputs.whole), project(x, ['v'], inputs.whole), bias, shape)
  }
  // One product and one split are two dispatches; three products are three.
  const parts = ['q', 'k', 'v'].map(part => layers.graph.name(part))
  layers.graph.nodes('Split', [project(x, ['q', 'k', 'v'], inputs.whole)], { axis: -1 }, parts)
  const [q, k, v] = parts as [string, string, string]
  return attend(layers, inputs, q, k, v, bias, shape)
}

/** softmax(scale · q kᵀ + bias) v */
function attend(
  layers: Layers,
  inputs: StageInputs,
  q: string,
  k: string,
  v: string,
  bias: string,
  { heads, headWidth, scale }: AttentionShape,
): string {
  const { graph } = layers
  if (layers.onGpu) {
    return graph.node('MultiHeadAttention', [q, k, v, '', '', bias], { num_heads: heads, scale: { float: scale } })
  }
  // On WASM the plain operators are faster than MultiHeadAttention.
  const byHead = graph.once('by_head', name => {
    const shape = graph.integers(-1, heads, headWidth)
    return graph.node('Concat', [inputs.batch(), shape], { axis: 0 }, name)
  })
  const split = (x: string, perm: number[]) => graph.node('Transpose', [graph.node('Reshape', [x, byHead])], { perm })
  let logits = graph.node('MatMul', [split(q, [0, 2, 1, 3]), split(k, [0, 2, 3, 1])])
  if (scale !== 1) logits = graph.node('Mul', [logits, graph.float(scale)])
  const weights = graph.node('Softmax', [graph.node('Add', [logits, bias])], { axis: -1 })
  const mixed = graph.node('MatMul', [weights, split(v, [0, 2, 1, 3])])
  const joined = graph.node('Transpose', [mixed], { perm: [0, 2, 1, 3] })
  return graph.node('Reshape', [joined, graph.integers(-1, heads * headWidth)])
}
