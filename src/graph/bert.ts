import type { BertArchitecture } from '../model/manifest.js'
import { selfAttention } from './attention.js'
import type { Layers } from './layers.js'
import type { Stage, StageInputs } from './stage.js'
import { dequantized } from './weightForms.js'

/** The minimum of GELU is -0.16997, that of its form with tanh -0.17004. */
const LEAST_GELU = -0.1701

/**
 * Norm of the sum of token, type and position embeddings.
 * @param flat makes of [B, S] what the layers take
 */
export function bertEmbedding(
  layers: Layers,
  architecture: BertArchitecture,
  ids: string,
  types: string,
  flat: (x: string) => string,
): string {
  const { graph, source } = layers
  const { positions, width } = architecture
  // Both small tables as one, type * positions + position, so that one look-up gives their sum. The index is computed
  // on the CPU, where the ids are.
  const byPosition = dequantized(source.get('encoder.position.weight'))
  const byType = dequantized(source.get('encoder.type.weight'))
  const sums = new Float32Array((byType.length / width) * byPosition.length)
  for (let i = 0; i < sums.length; i++) {
    const type = Math.floor(i / byPosition.length)
    sums[i] = byPosition[i % byPosition.length]! + byType[type * width + (i % width)]!
  }
  const table = layers.floats('encoder.type+position', [sums.length / width, width], sums)
  const scalar = (value: number) =>
    graph.once(`scalar_${value}`, name => graph.tensor(name, 'int64', [], BigInt64Array.of(BigInt(value))))
  const length = graph.node('Squeeze', [graph.node('Shape', [ids], { start: 1, end: 2 })])
  const range = graph.node('Range', [scalar(0), length, scalar(1)])
  const index = graph.node('Add', [graph.node('Mul', [types, scalar(positions)]), range])
  return layers.skipLayerNorm(
    layers.lookUp('encoder.embed.weight', flat(ids)),
    graph.node('Gather', [table, flat(index)]),
    'encoder.embed.norm',
    architecture.epsilon,
  )
}

/** Post-norm layers. @returns the hidden states after the last layer, their first rows */
export function bertLayers(
  layers: Layers,
  architecture: BertArchitecture,
  stage: Stage,
  inputs: StageInputs,
  embedded: string,
): string {
  const { graph } = layers
  const { heads, headWidth, epsilon } = architecture
  let x = embedded
  for (let i = stage.from; i < stage.to; i++) {
    const last = i === stage.to - 1
    const name = `encoder.${i}`
    // The last layer's keys and values are whole; all else in it is computed for the first rows alone.
    const shape = last ? inputs.first : inputs.whole
    const mixed = selfAttention(
      layers,
      inputs,
      {
        name: `${name}.attention`,
        x,
        bias: layers.onGpu ? spread(layers, inputs, last) : inputs.mask,
        // A bias of the keys adds the same to all of a query's logits, which changes no weight; on WebGPU it costs
        // nothing.
        biased: layers.onGpu ? ['q', 'k', 'v'] : ['q', 'v'],
        last,
      },
      { heads, headWidth, scale: 1 / Math.sqrt(headWidth) },
    )
    const residual = last ? inputs.places.firstOf(x) : x
    const attended = layers.linear(mixed, [`${name}.attention.o`], shape)
    const middle = layers.skipLayerNorm(
      attended,
      residual,
      `${name}.attention.norm`,
      epsilon,
      `${name}.attention.o.bias`,
    )
    const up = layers.linear(middle, [`${name}.ff.up`], shape)
    // In int8 the difference between GELU's two forms, at most 5e-4, is far below a step; on WASM the tanh takes a
    // third of the time of the erf.
    const gelu = layers.dialect.precision === 'int8' ? 'FastGelu' : 'BiasGelu'
    const inner = graph.node(gelu, [up, layers.vector([`${name}.ff.up.bias`])])
    const down = layers.linear(inner, [`${name}.ff.down`], shape, undefined, LEAST_GELU)
    x = layers.skipLayerNorm(down, middle, `${name}.ff.norm`, epsilon, `${name}.ff.down.bias`)
  }
  return x
}

/** The mask for every query row: MultiHeadAttention broadcasts over batch and heads only. */
function spread(layers: Layers, inputs: StageInputs, last: boolean): string {
  const { graph } = layers
  return graph.once(last ? 'mask_of_first' : 'mask_of_whole', name => {
    const one = graph.integers(1)
    const length = graph.once('length', name => graph.node('Shape', [inputs.mask], { start: 3, end: 4 }, name))
    const rows = last ? inputs.rows : length
    const shape = graph.node('Concat', [one, one, rows, one], { axis: 0 })
    return graph.node('Expand', [inputs.mask, shape], {}, name)
  })
}
