import type { Activation, AnsweringT5Architecture, T5Architecture } from '../model/manifest.js'
import { selfAttention } from './attention.js'
import type { Layers } from './layers.js'
import { firstQueries, positionBias } from './positionBias.js'
import type { Stage, StageInputs } from './stage.js'

/**
 * Pre-norm layers. Each norm is fused with the residual sum before it.
 * @returns the first rows of the residual stream after the last layer
 */
export function t5Layers(
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
    delta = t5FeedForward(layers, normed, `${name}.ff`, architecture.activation, shape)
  }
  return graph.node('Add', [delta!, residual])
}

/** down · relu(up · x), or down · (gelu_new(gate · x) ⊙ up · x) */
export function t5FeedForward(
  layers: Layers,
  x: string,
  name: string,
  activation: Activation,
  shape: () => string,
): string {
  const { graph } = layers
  const up = layers.linear(x, [`${name}.up`], shape)
  const inner =
    activation === 'relu'
      ? graph.node('Relu', [up])
      : graph.node('Mul', [graph.node('FastGelu', [layers.linear(x, [`${name}.gate`], shape)]), up])
  return layers.linear(inner, [`${name}.down`], shape, undefined, activation === 'relu' ? 0 : undefined)
}
