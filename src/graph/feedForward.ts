import type { Activation } from '../model/manifest.js'
import type { Layers } from './layers.js'

/** down · relu(up · x), or down · (gelu_new(gate · x) ⊙ up · x) */
export function feedForward(
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
