import type { Layers } from './layers.js'

export interface AttentionInputs {
  /** [B, rows, heads * headWidth] */
  q: string
  /** [B, S, heads * headWidth] */
  k: string
  v: string
  /** Added to the logits; on WebGPU [B or 1, heads or 1, rows, S], else whatever broadcasts to that. */
  bias: string
  heads: number
  headWidth: number
  scale: number
}

/** softmax(scale · q kᵀ + bias) v, [B, rows, heads * headWidth]. */
export function attention(layers: Layers, inputs: AttentionInputs): string {
  const { graph } = layers
  const { q, k, v, bias, heads, headWidth, scale } = inputs
  if (layers.onGpu) {
    return graph.node('MultiHeadAttention', [q, k, v, '', '', bias], { num_heads: heads, scale: { float: scale } })
  }
  // On WASM the plain operators are faster than MultiHeadAttention.
  const split = (x: string, perm: number[]) =>
    graph.node('Transpose', [graph.node('Reshape', [x, graph.integers(0, 0, heads, headWidth)])], { perm })
  let logits = graph.node('MatMul', [split(q, [0, 2, 1, 3]), split(k, [0, 2, 3, 1])])
  if (scale !== 1) logits = graph.node('Mul', [logits, graph.float(scale)])
  const weights = graph.node('Softmax', [graph.node('Add', [logits, bias])], { axis: -1 })
  const mixed = graph.node('MatMul', [weights, split(v, [0, 2, 1, 3])])
  const joined = graph.node('Transpose', [mixed], { perm: [0, 2, 1, 3] })
  return graph.node('Reshape', [joined, graph.integers(0, 0, heads * headWidth)])
}
