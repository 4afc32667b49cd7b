import type { AnsweringT5Architecture, T5Architecture } from '../model/manifest.js'
import { selfAttention } from './attention.js'
import type { FamilyGraph } from './familyGraph.js'
import { feedForward } from './feedForward.js'
import type { Layers } from './layers.js'
import { firstQueries, positionBias } from './positionBias.js'
import type { Stage, StageInputs } from './stage.js'

export const family: FamilyGraph<T5Architecture | AnsweringT5Architecture> = {
  embed: (layers, _, ids) => layers.lookUp('encoder.embed.weight', ids),
  layers: (layers, architecture, stage, inputs, x, relative) =>
    t5Layers(layers, architecture, stage, inputs, x, relative!),
}

/**
 * Pre-norm layers. Each norm is fused with the residual sum before it.
 * @returns the first rows of the residual stream after the last layer
 */
function t5Layers(
  layers: Layers,
  architecture: T5Architecture | AnsweringT5Architecture,
  stage: Stage,
  inputs: StageInputs,
  x: string,
  relative: string,
): string {
  const { graph } = layers
  const { heads, headWidth, epsilon } = architecture
  const bias = positionBias(layers, inputs.mask, relative)
  let residual = x
  let delta: string | undefined
  for (let i = stage.from; i < stage.to; i++) {
    const last = i === stage.to - 1
    const name = `encoder.${i}`
    let normed: string
    if (delta === undefined) normed = layers.rmsNorm(residual, `${name}.attention.norm`, epsilon)
    else [normed, residual] = layers.skipRmsNorm(delta, residual, `${name}.attention.norm`, epsilon)

    // The last layer computes keys and values for all rows, everything else for the first rows only.
    const shape = last ? inputs.first : inputs.whole
    const mixed = selfAttention(
      layers,
      inputs,
      {
        name: `${name}.attention`,
        x: normed,
        bias: last ? firstQueries(layers, bias, inputs) : bias,
        biased: [],
        last,
      },
      { heads, headWidth, scale: 1 },
    )
    delta = layers.linear(mixed, [`${name}.attention.o`], shape)
    const stream = last ? inputs.places.firstOf(residual) : residual
    ;[normed, residual] = layers.skipRmsNorm(delta, stream, `${name}.ff.norm`, epsilon)
    delta = feedForward(layers, normed, `${name}.ff`, architecture.activation, shape)
  }
  return graph.node('Add', [delta!, residual])
}
