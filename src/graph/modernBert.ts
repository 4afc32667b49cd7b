import type { ModernBertArchitecture } from '../model/manifest.js'
import { selfAttention } from './attention.js'
import type { FamilyGraph } from './familyGraph.js'
import type { Layers } from './layers.js'
import { maskValue } from './maskValue.js'
import { firstQueries } from './positionBias.js'
import { range, scalar } from './range.js'
import type { Stage, StageInputs } from './stage.js'

export const family: FamilyGraph<ModernBertArchitecture> = {
  /** The norm of the token embeddings; positions are in the attention alone. */
  embed: (layers, { epsilon }, ids) =>
    layers.layerNorm(layers.lookUp('encoder.embed.weight', ids), 'encoder.embed.norm', epsilon),
  layers: modernBertLayers,
  mean: meanOfTokens,
}

/**
 * Pre-norm layers without biases: attention with rotary positions, global in every `globalEvery`th layer and local in
 * the others, then GeGLU.
 * @returns the first rows of the hidden states, after the last norm if the stage is the last
 */
function modernBertLayers(
  layers: Layers,
  architecture: ModernBertArchitecture,
  stage: Stage,
  inputs: StageInputs,
  embedded: string,
): string {
  const { graph } = layers
  const { heads, headWidth, epsilon, globalEvery } = architecture
  let x = embedded
  for (let i = stage.from; i < stage.to; i++) {
    const last = i === stage.to - 1
    const name = `encoder.${i}`
    const reach = i % globalEvery === 0 ? 'global' : 'local'
    const normed = i === 0 ? x : layers.layerNorm(x, `${name}.attention.norm`, epsilon)
    // The last layer computes keys and values for all rows, everything else for the first rows only.
    const shape = last ? inputs.first : inputs.whole
    const bias = attentionBias(layers, architecture, inputs, reach)
    const mixed = selfAttention(
      layers,
      inputs,
      {
        name: `${name}.attention`,
        x: normed,
        bias: last ? firstQueries(layers, bias, inputs) : bias,
        biased: [],
        last,
        rotate: rotation(layers, architecture, reach),
      },
      { heads, headWidth, scale: 1 / Math.sqrt(headWidth) },
    )
    const residual = last ? inputs.places.firstOf(x) : x
    const middle = graph.node('Add', [layers.linear(mixed, [`${name}.attention.o`], shape), residual])
    const read = layers.layerNorm(middle, `${name}.ff.norm`, epsilon)
    const gate = layers.linear(read, [`${name}.ff.gate`], shape)
    const up = layers.linear(read, [`${name}.ff.up`], shape)
    const gelu = graph.node(layers.dialect.precision === 'int8' ? 'FastGelu' : 'Gelu', [gate])
    const down = layers.linear(graph.node('Mul', [gelu, up]), [`${name}.ff.down`], shape)
    x = graph.node('Add', [down, middle])
  }
  return stage.to === architecture.layers ? layers.layerNorm(x, 'encoder.norm', epsilon) : x
}

/** The mean of the tokens' rows, [B, 1, d], of hidden states [B, S, d], without padding, far below 0 in the mask. */
function meanOfTokens(layers: Layers, hidden: string, mask: string): string {
  const { graph } = layers
  // Equal for all tokens, and 0 for padding.
  const shares = graph.node('Softmax', [graph.node('Squeeze', [mask, graph.integers(1)])], { axis: -1 })
  return graph.node('MatMul', [layers.cast(shares, 'float32', layers.type), hidden])
}

type Reach = 'global' | 'local'

/** The mask, repeated for every query; of local layers without what lies too far from it. [B, 1, S, S] */
function attentionBias(
  layers: Layers,
  { reach, positions }: ModernBertArchitecture,
  inputs: StageInputs,
  kind: Reach,
): string {
  const { graph } = layers
  return graph.once(`bias_${kind}`, name => {
    const distances = graph.once('distances', name => {
      const places = range(graph, inputs.mask, 3)
      const ofQueries = graph.node('Unsqueeze', [places, graph.integers(1)])
      return graph.node('Abs', [graph.node('Sub', [ofQueries, places])], {}, name)
    })
    // Nothing is farther away than the longest input.
    const most = scalar(graph, kind === 'local' ? reach : positions)
    const far = graph.node('Greater', [distances, most])
    const band = graph.node('Where', [far, graph.float(maskValue(layers.dialect)), graph.float(0)])
    return graph.node('Add', [layers.cast(band, 'float32', layers.type), inputs.mask], {}, name)
  })
}

/** Turns [B, S, heads * headWidth] by the positions, the first row's being 0. */
function rotation(layers: Layers, architecture: ModernBertArchitecture, kind: Reach): (x: string) => string {
  const { graph } = layers
  const { positions, headWidth, heads, theta } = architecture
  const half = headWidth / 2
  const table = (name: string, of: (angle: number) => number) =>
    graph.once(`${name}_${kind}`, name => {
      const values = new Float32Array(positions * half)
      for (let i = 0; i < values.length; i++) {
        values[i] = of(Math.floor(i / half) * theta[kind] ** (-(i % half) / half))
      }
      return layers.floats(name, [positions, half], values)
    })
  const first = graph.integers(0)
  return x =>
    graph.node('RotaryEmbedding', [x, first, table('cosines', Math.cos), table('sines', Math.sin)], {
      num_heads: heads,
    })
}
