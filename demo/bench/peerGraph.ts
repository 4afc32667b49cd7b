import { GraphBuilder, type OnnxGraph } from '../../src/graph/onnx.js'
import { dequantized, int8Columns, int8Rows, transposedFloats } from '../../src/graph/weightForms.js'
import type { BertArchitecture, CrossEncoderArchitecture } from '../../src/model/manifest.js'
import type { TensorSource } from '../../src/model/tensors.js'

/** How transformers.js names the weights of a model: `q8` is its default on WebAssembly, `fp32` on WebGPU. */
export type PeerDtype = 'q8' | 'fp32'

/** What PyTorch's `masked_fill` writes at padding. */
const LEAST_FLOAT = -3.4028234663852886e38
const FLOAT = 1

/**
 * Builds the encoder of a model as the cross-encoder that people run in transformers.js: the operators that PyTorch
 * exports of `BertForSequenceClassification`; in `q8` those of onnxruntime's `quantize_dynamic`. From `input_ids`,
 * `attention_mask` and `token_type_ids`, int64 [batch, length], to `logits`, float32 [batch, 1].
 *
 * An MVP model has no classifier. Then the logit is the mean of the vector of [CLS], which costs next to nothing, as a
 * classifier does.
 */
export function buildPeerGraph(
  source: TensorSource,
  architecture: BertArchitecture | CrossEncoderArchitecture,
  dtype: PeerDtype,
): OnnxGraph {
  const { layers, heads, headWidth, epsilon, positions } = architecture
  const graph = new GraphBuilder('peer')
  const [ids, attended, types] = ['input_ids', 'attention_mask', 'token_type_ids'].map(name =>
    graph.input(name, 'int64', ['batch', 'length']),
  ) as [string, string, string]

  const floats = (name: string) => {
    const weight = source.get(name)
    return graph.once(name, () => graph.tensor(name, 'float32', weight.shape, dequantized(weight)))
  }
  const steps = new Map<string, readonly [string, string, string]>()
  /** One quantization for all products that read the same values. */
  const quantize = (x: string) => {
    let parts = steps.get(x)
    if (!parts) {
      parts = [graph.name('x'), graph.name('x_scale'), graph.name('x_zero')]
      graph.nodes('DynamicQuantizeLinear', [x], {}, parts)
      steps.set(x, parts)
    }
    return parts
  }
  const matrix = (x: string, name: string) => {
    const weight = source.get(`${name}.weight`)
    const [outputs, inputs] = weight.shape as [number, number]
    if (dtype === 'fp32') {
      return graph.node('MatMul', [
        x,
        graph.tensor(`${name}.weight`, 'float32', [inputs, outputs], transposedFloats([weight])),
      ])
    }
    const { data, scales } = int8Columns([weight])
    const signed = data.map(byte => byte ^ 128)
    const [values, scale, zero] = quantize(x)
    const product = graph.node('MatMulInteger', [
      values,
      graph.tensor(`${name}.weight`, 'int8', [inputs, outputs], signed),
      zero,
      graph.once('zero', key => graph.tensor(key, 'int8', [], new Int8Array(1))),
    ])
    const factor = graph.node('Mul', [scale, graph.tensor(`${name}.scales`, 'float32', [outputs], scales)])
    return graph.node('Mul', [graph.node('Cast', [product], { to: FLOAT }), factor])
  }
  const linear = (x: string, name: string) => graph.node('Add', [matrix(x, name), floats(`${name}.bias`)])
  const norm = (x: string, name: string) =>
    graph.node('LayerNormalization', [x, floats(`${name}.weight`), floats(`${name}.bias`)], {
      axis: -1,
      epsilon: { float: epsilon },
    })
  const rows = (name: string, places: string) => {
    if (dtype === 'fp32') return graph.node('Gather', [floats(name), places])
    const { data, scale } = oneScale(source, name)
    const table = graph.tensor(`${name}.u8`, 'uint8', source.get(name).shape, data)
    const zero = graph.once('zero_u8', key => graph.tensor(key, 'uint8', [], Uint8Array.of(128)))
    const factor = graph.tensor(`${name}.scale`, 'float32', [], Float32Array.of(scale))
    return graph.node('DequantizeLinear', [graph.node('Gather', [table, places]), factor, zero])
  }

  const length = graph.node('Shape', [ids], { start: 1, end: 2 })
  const all = graph.tensor(
    'position_ids',
    'int64',
    [1, positions],
    BigInt64Array.from({ length: positions }, (_, i) => BigInt(i)),
  )
  const places = graph.node('Slice', [all, graph.integers(0), length, graph.integers(1)])
  const words = graph.node('Add', [rows('encoder.embed.weight', ids), rows('encoder.type.weight', types)])
  let x = norm(graph.node('Add', [words, rows('encoder.position.weight', places)]), 'encoder.embed.norm')

  const seen = graph.node('Cast', [graph.node('Unsqueeze', [attended, graph.integers(1, 2)])], { to: FLOAT })
  const mask = graph.node('Mul', [graph.node('Sub', [graph.float(1), seen]), graph.float(LEAST_FLOAT)])

  const split = graph.integers(0, 0, heads, headWidth)
  const inHeads = (x: string, name: string, perm: number[]) =>
    graph.node('Transpose', [graph.node('Reshape', [linear(x, name), split])], { perm })
  for (let i = 0; i < layers; i++) {
    const name = `encoder.${i}`
    const query = inHeads(x, `${name}.attention.q`, [0, 2, 1, 3])
    const key = inHeads(x, `${name}.attention.k`, [0, 2, 3, 1])
    const value = inHeads(x, `${name}.attention.v`, [0, 2, 1, 3])
    const dots = graph.node('Div', [graph.node('MatMul', [query, key]), graph.float(Math.sqrt(headWidth))])
    const shares = graph.node('Softmax', [graph.node('Add', [dots, mask])], { axis: -1 })
    const mixed = graph.node('Transpose', [graph.node('MatMul', [shares, value])], { perm: [0, 2, 1, 3] })
    const joined = graph.node('Reshape', [mixed, graph.integers(0, 0, heads * headWidth)])
    x = norm(graph.node('Add', [linear(joined, `${name}.attention.o`), x]), `${name}.attention.norm`)
    const inner = gelu(graph, linear(x, `${name}.ff.up`))
    x = norm(graph.node('Add', [linear(inner, `${name}.ff.down`), x]), `${name}.ff.norm`)
  }

  const first = graph.node(
    'Gather',
    [x, graph.once('first', key => graph.tensor(key, 'int64', [], new BigInt64Array(1)))],
    {
      axis: 1,
    },
  )
  graph.output('logits', 'float32', ['batch', 1])
  if ('pointwise' in architecture) {
    const gemm = (x: string, name: string, output?: string) =>
      graph.node('Gemm', [x, floats(`${name}.weight`), floats(`${name}.bias`)], { transB: 1 }, output)
    gemm(graph.node('Tanh', [gemm(first, 'head.pooler')]), 'head.classifier', 'logits')
  } else graph.node('ReduceMean', [first], { axes: [-1], keepdims: 1 }, 'logits')
  return graph.finish()
}

/** x · (1 + erf(x / √2)) / 2 */
function gelu(graph: GraphBuilder, x: string): string {
  const erf = graph.node('Erf', [graph.node('Div', [x, graph.float(Math.SQRT2)])])
  const doubled = graph.node('Mul', [x, graph.node('Add', [erf, graph.float(1)])])
  return graph.node('Mul', [doubled, graph.float(0.5)])
}

/** Bytes of the tables and matrices of such a graph, nearly all of its file. */
export function peerBytes(architecture: BertArchitecture, dtype: PeerDtype): number {
  const { width, layers, ffWidth, vocabulary, positions } = architecture
  const numbers = width * (vocabulary + positions + layers * (4 * width + 2 * ffWidth))
  return numbers * (dtype === 'q8' ? 1 : 4)
}

/** A table with one scale for all rows, as `quantize_dynamic` stores it. */
function oneScale(source: TensorSource, name: string): { data: Uint8Array; scale: number } {
  const weight = source.get(name)
  const { data, scales } = int8Rows(weight)
  const columns = weight.shape[1]!
  const largest = scales.reduce((most, scale) => Math.max(most, scale), 0)
  return {
    data: data.map((byte, i) => Math.round(((byte - 128) * scales[Math.floor(i / columns)]!) / largest) + 128),
    scale: largest,
  }
}
