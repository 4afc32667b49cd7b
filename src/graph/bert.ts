import type { BertArchitecture } from '../store/manifest.js'
import { attention } from './attention.js'
import type { Stage, StageInputs } from './encoder.js'
import type { Layers } from './layers.js'

/** Norm of token, type and position embeddings, [B, S, width]. */
export function bertEmbedding(layers: Layers, architecture: BertArchitecture, ids: string, types: string): string {
  const { graph } = layers
  const length = graph.node('Shape', [ids], { start: 1, end: 2 })
  const table = layers.vector(['encoder.position.weight'])
  const positions = graph.node('Slice', [table, graph.integers(0), length, graph.integers(0)])
  const tokens = layers.lookUp('encoder.embed.weight', ids)
  const type = graph.node('Gather', [layers.vector(['encoder.type.weight']), types])
  const sum = graph.node('Add', [graph.node('Add', [tokens, type]), positions])
  return layers.layerNorm(sum, 'encoder.embed.norm', architecture.epsilon)
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
    const linear = (x: string, matrix: string, shape: () => string) =>
      layers.linear(x, [`${name}.attention.${matrix}`], shape, [`${name}.attention.${matrix}.bias`])
    // The last layer's keys and values are whole; all else in it is computed for the first rows alone.
    const shape = last ? inputs.first : inputs.whole
    const residual = last ? inputs.firstRows(x) : x
    const mixed = attention(layers, {
      q: linear(residual, 'q', shape),
      k: linear(x, 'k', inputs.whole),
      v: linear(x, 'v', inputs.whole),
      bias: layers.onGpu ? spread(layers, inputs, last) : inputs.mask,
      heads,
      headWidth,
      scale: 1 / Math.sqrt(headWidth),
    })
    const attended = layers.linear(mixed, [`${name}.attention.o`], shape)
    const middle = layers.skipLayerNorm(
      attended,
      `${name}.attention.o.bias`,
      residual,
      `${name}.attention.norm`,
      epsilon,
    )
    const up = layers.linear(middle, [`${name}.ff.up`], shape)
    const inner = graph.node('BiasGelu', [up, layers.vector([`${name}.ff.up.bias`])])
    const down = layers.linear(inner, [`${name}.ff.down`], shape)
    x = layers.skipLayerNorm(down, `${name}.ff.down.bias`, middle, `${name}.ff.norm`, epsilon)
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
