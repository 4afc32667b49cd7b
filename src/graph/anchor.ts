import type { Dialect } from '../model/dialect.js'
import type { MvpArchitecture } from '../model/manifest.js'
import type { TensorSource } from '../model/tensors.js'
import { feedForward } from './feedForward.js'
import { Layers } from './layers.js'
import { GraphBuilder, type OnnxGraph } from './onnx.js'
import { BLOCK, dequantized, inOf, int8Rows, rowsOf, transposedBytes } from './weightForms.js'

/** What the decoder needs of an architecture. */
type AnchorShape = Pick<MvpArchitecture, 'width' | 'anchor'>

/**
 * Builds the anchor decoder: relevance vectors of all passages to scores. For each view, one decoder step cross-attends
 * to that view's vectors and yields the anchor a_k. A passage's score is s_i = mean_k (a_k · e_ik) (MVP, section 3.2).
 *
 * Input: `vectors` float32 [n, views, d], any n in one session. Outputs: `scores` [n], `view_scores` [views, n],
 * `anchors` [views, d]. `range` selects the decoder layers from … to - 1: the graph then takes `state` [views, d] if
 * from > 0, and returns `next_state` if layers remain.
 *
 * The graph never computes keys or values of the passages. Wk moves to the query's side, q·(Wk e) = (Wkᵀ q)·e, and
 * Wv behind the sum, Σ p_i (Wv e_i) = Wv (Σ p_i e_i). The numbers are the same, and the cost hardly depends on n.
 *
 * Activations stay in single precision even if the encoder's are half: this step is too small to gain from it.
 */
export function buildAnchor(
  source: TensorSource,
  architecture: AnchorShape,
  views: number,
  dialect: Dialect,
  range: { from: number; to: number } = { from: 0, to: architecture.anchor.layers },
): OnnxGraph {
  const { width } = architecture
  const { layers: count, epsilon, activation } = architecture.anchor
  const graph = new GraphBuilder(`anchor_${range.from}_${range.to}`)
  const layers = new Layers(graph, source, dialect.precision === 'fp16' ? { ...dialect, precision: 'fp32' } : dialect)
  const vectors = graph.input('vectors', 'float32', ['passages', views, width])
  const byView = graph.node('Transpose', [vectors], { perm: [1, 0, 2] })
  const byWidth = graph.node('Transpose', [vectors], { perm: [1, 2, 0] })
  const flat = () => graph.integers(views, -1)

  let x = range.from > 0 ? graph.input('state', 'float32', [views, width]) : startState(layers, views, width)
  for (let i = range.from; i < range.to; i++) {
    const name = `anchor.${i}`
    if (i > 0) {
      const own = layers.rmsNorm(x, `${name}.self.norm`, epsilon)
      x = graph.node('Add', [x, layers.linear(own, [`${name}.self`], flat)])
    }
    const keys = i === 0 ? constantKeys(layers, architecture) : queriesAsKeys(layers, architecture, i, x, views)
    const weights = graph.node('Softmax', [graph.node('MatMul', [keys, byWidth])], { axis: -1 })
    const mixed = graph.node('MatMul', [weights, byView])
    x = graph.node('Add', [x, values(layers, architecture, name, mixed, views)])
    const normed = layers.rmsNorm(x, `${name}.ff.norm`, epsilon)
    x = graph.node('Add', [x, feedForward(layers, normed, `${name}.ff`, activation, flat)])
  }
  if (range.to < count) {
    graph.output('next_state', 'float32', [views, width])
    graph.node('Identity', [x], {}, 'next_state')
    return graph.finish()
  }
  const anchors = layers.rmsNorm(x, 'anchor.norm', epsilon)
  graph.output('anchors', 'float32', [views, width])
  graph.node('Identity', [anchors], {}, 'anchors')
  const products = graph.node('MatMul', [byView, graph.node('Unsqueeze', [anchors, graph.integers(2)])])
  graph.output('view_scores', 'float32', [views, 'passages'])
  const viewScores = graph.node('Squeeze', [products, graph.integers(2)], {}, 'view_scores')
  graph.output('scores', 'float32', ['passages'])
  graph.node('ReduceMean', [viewScores], { axes: [0], keepdims: 0 }, 'scores')
  return graph.finish()
}

/** [views, d]. If the model has one start vector, all views share it. */
function startState(layers: Layers, views: number, width: number): string {
  const start = dequantized(layers.source.get('anchor.start'))
  const rows = Float32Array.from({ length: views * width }, (_, i) => start[i % start.length]!)
  return layers.floats('anchor.start', [views, width], rows)
}

/**
 * Layer 0's query is a constant, so Wkᵀ · q is stored: one vector per head and start vector, [1 or views, heads, d].
 */
function constantKeys(layers: Layers, { width, anchor }: AnchorShape): string {
  const { data, shape } = float(layers.source, 'anchor.0.cross.key')
  return layers.floats('anchor.0.cross.key', [shape[0]! / anchor.heads, anchor.heads, width], data)
}

/** Wk_hᵀ · q_h of each head, [views, heads, d]. */
function queriesAsKeys(layers: Layers, architecture: AnchorShape, i: number, x: string, views: number): string {
  const { graph } = layers
  const { heads, headWidth, epsilon } = architecture.anchor
  const normed = layers.rmsNorm(x, `anchor.${i}.cross.norm`, epsilon)
  const q = layers.linear(normed, [`anchor.${i}.cross.q`], () => graph.integers(views, -1))
  const rows = graph.node('Reshape', [q, graph.integers(views, 1, heads * headWidth)])
  const masked = graph.node('Mul', [rows, headMask(layers, architecture)])
  const flat = graph.node('Reshape', [masked, graph.integers(views * heads, -1)])
  return graph.node('Reshape', [timesRows(layers, `anchor.${i}.cross.k`, flat), graph.integers(views, heads, -1)])
}

/** Wo · [Wv_h · mixed_h of each head], [views, d]. */
function values(layers: Layers, architecture: AnchorShape, name: string, mixed: string, views: number): string {
  const { graph } = layers
  const { heads } = architecture.anchor
  // Each head's sum is multiplied by all of Wv, and the mask keeps the head's part: one product in every dialect, with
  // few rows.
  const rows = graph.node('Reshape', [mixed, graph.integers(views * heads, -1)])
  const projected = layers.linear(rows, [`${name}.cross.v`], () => graph.integers(views * heads, -1))
  const all = graph.node('Reshape', [projected, graph.integers(views, heads, -1)])
  const own = graph.node('Mul', [all, headMask(layers, architecture)])
  const joined = graph.node('ReduceSum', [own, graph.integers(1)], { keepdims: 0 })
  return layers.linear(joined, [`${name}.cross.o`], () => graph.integers(views, -1))
}

/**
 * x · W for W [out, in], the transpose of a linear layer: [rows, out] to [rows, in]. The scales of W's rows go into x.
 */
function timesRows(layers: Layers, name: string, x: string): string {
  const { graph, source, dialect } = layers
  const weight = source.get(`${name}.weight`)
  const K = rowsOf(weight)
  const N = inOf(weight)
  const scaled = (scales: Float32Array) => graph.node('Mul', [x, layers.floats(`${name}.scales`, [K], scales)])
  if (dialect.precision === 'int8') {
    const { data, scales } = int8Rows(weight)
    return layers.int8Product(scaled(scales), layers.int8Matrix(`${name}.weight`, [K, N], data))
  }
  if (layers.onGpu && weight.kind === 'q8' && K % BLOCK === 0) {
    const matrix = transposedBytes(weight.data, K, N)
    return graph.node(
      'MatMulNBits',
      [
        scaled(weight.scales),
        graph.tensor(`${name}.weight`, 'uint8', [N, K / BLOCK, BLOCK], matrix),
        layers.floats(`${name}.ones`, [N, K / BLOCK], new Float32Array((N * K) / BLOCK).fill(1)),
      ],
      { K, N, bits: 8, block_size: BLOCK },
    )
  }
  return graph.node('MatMul', [x, layers.floats(`${name}.weight`, [K, N], dequantized(weight))])
}

/** 1 where a column of [heads, heads * headWidth] belongs to the row's head. */
function headMask(layers: Layers, { anchor }: AnchorShape): string {
  const { heads, headWidth } = anchor
  return layers.graph.once('head_mask', name => {
    const mask = new Float32Array(heads * heads * headWidth)
    for (let head = 0; head < heads; head++) {
      const start = head * heads * headWidth + head * headWidth
      mask.fill(1, start, start + headWidth)
    }
    return layers.floats(name, [heads, heads * headWidth], mask)
  })
}

function float(source: TensorSource, name: string): { data: Float32Array; shape: number[] } {
  const weight = source.get(name)
  return { data: dequantized(weight), shape: weight.shape }
}
