import type { BertArchitecture } from '../model/manifest.js'
import { selfAttention } from './attention.js'
import type { Layers } from './layers.js'
import { firstQueries, positionBias } from './positionBias.js'
import { range, scalar } from './range.js'
import type { Stage, StageInputs } from './stage.js'
import { dequantized } from './weightForms.js'

/** A bound below GELU's minimum, -0.16997, and that of its tanh form, -0.17004. */
const LEAST_GELU = -0.1701

/**
 * The norm of the sum of token, type and position embeddings.
 * @param flat turns [B, S] into the rows that the layers take
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
  // One table of sums, at type * positions + position, needs one look-up. The index is computed on the CPU, where the
  // ids are.
  const byPosition = dequantized(source.get('encoder.position.weight'))
  const byType = dequantized(source.get('encoder.type.weight'))
  const sums = new Float32Array((byType.length / width) * byPosition.length)
  for (let i = 0; i < sums.length; i++) {
    const type = Math.floor(i / byPosition.length)
    sums[i] = byPosition[i % byPosition.length]! + byType[type * width + (i % width)]!
  }
  const table = layers.floats('encoder.type+position', [sums.length / width, width], sums)
  const places = range(graph, ids, 1)
  const index = graph.node('Add', [graph.node('Mul', [types, scalar(graph, positions)]), places])
  return layers.skipLayerNorm(
    layers.lookUp('encoder.embed.weight', flat(ids)),
    graph.node('Gather', [table, flat(index)]),
    'encoder.embed.norm',
    architecture.epsilon,
  )
}

/**
 * Post-norm layers.
 * @param relative the graph's input of relative position buckets, if attention has a bias of them
 * @returns the first rows of the hidden states after the last layer
 */
export function bertLayers(
  layers: Layers,
  architecture: BertArchitecture,
  stage: Stage,
  inputs: StageInputs,
  embedded: string,
  relative: string | undefined,
): string {
  const { graph } = layers
  const { heads, headWidth, epsilon } = architecture
  const positions = relative && positionBias(layers, inputs.mask, relative)
  const bias = (last: boolean) => {
    if (positions) return last ? firstQueries(layers, positions, inputs) : positions
    return layers.onGpu ? spread(layers, inputs, last) : inputs.mask
  }
  let x = embedded
  for (let i = stage.from; i < stage.to; i++) {
    const last = i === stage.to - 1
    const name = `encoder.${i}`
    // The last layer computes keys and values for all rows, everything else for the first rows only.
    const shape = last ? inputs.first : inputs.whole
    const mixed = selfAttention(
      layers,
      inputs,
      {
        name: `${name}.attention`,
        x,
        bias: bias(last),
        // The keys' bias adds the same to all logits of a query, so it changes no weight. On WebGPU it costs nothing.
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
    // GELU's two forms differ by at most 5e-4, far below a step of int8. On WASM, tanh takes a third of the time of
    // erf.
    const gelu = layers.dialect.precision === 'int8' ? 'FastGelu' : 'BiasGelu'
    const inner = graph.node(gelu, [up, layers.vector([`${name}.ff.up.bias`])])
    const down = layers.linear(inner, [`${name}.ff.down`], shape, undefined, LEAST_GELU)
    x = layers.skipLayerNorm(down, middle, `${name}.ff.norm`, epsilon, `${name}.ff.down.bias`)
  }
  return x
}

/** Repeats the mask for every query row: MultiHeadAttention broadcasts over batch and heads only. */
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
