import type { Layers } from './layers.js'
import type { StageInputs } from './stage.js'

export interface AttentionShape {
  heads: number
  headWidth: number
  /** Of the logits. */
  scale: number
}

/**
 * Multi-head self-attention without its output projection, from width to heads * headWidth. In a stage's last layer
 * only the first rows have queries.
 * @param name prefix of the layer's projections; those in `biased` have biases
 * @param rotate turns queries and keys, [B, S, heads * headWidth], by their positions
 * @param bias added to the logits: on WebGPU [B or 1, heads or 1, queries, S], else any shape that broadcasts to it
 */
export function selfAttention(
  layers: Layers,
  inputs: StageInputs,
  {
    name,
    x,
    bias,
    biased,
    last,
    rotate,
  }: {
    name: string
    x: string
    bias: string
    biased: readonly string[]
    last: boolean
    rotate?: ((x: string) => string) | undefined
  },
  shape: AttentionShape,
): string {
  const project = (x: string, parts: string[], rows: () => string) =>
    layers.linear(
      x,
      parts.map(part => `${name}.${part}`),
      rows,
      parts.every(part => biased.includes(part)) ? parts.map(part => `${name}.${part}.bias`) : undefined,
    )
  const { places } = inputs
  const attend = (q: string, k: string, v: string) =>
    (layers.onGpu ? onGpu : onWasm)(layers, inputs, { q, k, v, bias, last, rotate }, shape)
  if (last || !layers.onGpu) {
    const q = project(last ? places.firstOf(x) : x, ['q'], last ? inputs.first : inputs.whole)
    const k = project(x, ['k'], inputs.whole)
    return attend(q, k, project(x, ['v'], inputs.whole))
  }
  // A product and a split take two dispatches, three products three.
  const parts = ['q', 'k', 'v'].map(part => layers.graph.name(part))
  layers.graph.nodes('Split', [project(x, ['q', 'k', 'v'], inputs.whole)], { axis: -1 }, parts)
  return attend(...(parts as [string, string, string]))
}

interface Attention {
  q: string
  k: string
  v: string
  bias: string
  last: boolean
  rotate: ((x: string) => string) | undefined
}

const same = (x: string) => x

/** softmax(scale · q kᵀ + bias) v */
function onGpu(
  { graph }: Layers,
  _: StageInputs,
  { q, k, v, bias, rotate = same }: Attention,
  { heads, scale }: AttentionShape,
): string {
  return graph.node('MultiHeadAttention', [rotate(q), rotate(k), v, '', '', bias], {
    num_heads: heads,
    scale: { float: scale },
  })
}

/**
 * The same in plain operators. On WASM they are no slower than MultiHeadAttention, and the bias may broadcast over
 * queries.
 */
function onWasm(
  { graph }: Layers,
  { places, batch, whole, first }: StageInputs,
  { q, k, v, bias, last, rotate }: Attention,
  { heads, headWidth, scale }: AttentionShape,
): string {
  const byHead = graph.once('by_head', name =>
    graph.node('Concat', [batch(), graph.integers(-1, heads, headWidth)], { axis: 0 }, name),
  )
  const split = (padded: string, perm: number[]) =>
    graph.node('Transpose', [graph.node('Reshape', [padded, byHead])], { perm })
  const turned = (padded: string, shape: () => string) =>
    rotate ? rotate(graph.node('Reshape', [padded, shape()])) : padded
  const queries = split(turned(last ? places.firstPadded(q) : places.padded(q), last ? first : whole), [0, 2, 1, 3])
  let logits = graph.node('MatMul', [queries, split(turned(places.padded(k), whole), [0, 2, 3, 1])])
  if (scale !== 1) logits = graph.node('Mul', [logits, graph.float(scale)])
  const weights = graph.node('Softmax', [graph.node('Add', [logits, bias])], { axis: -1 })
  const mixed = graph.node('MatMul', [weights, split(places.padded(v), [0, 2, 1, 3])])
  const joined = graph.node('Transpose', [mixed], { perm: [0, 2, 1, 3] })
  const rows = graph.node('Reshape', [joined, graph.integers(-1, heads * headWidth)])
  return last ? places.firstTokensOf(rows) : places.tokensOf(rows)
}
