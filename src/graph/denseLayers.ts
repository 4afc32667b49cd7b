import type { Embedder } from '../model/manifest.js'
import type { Layers } from './layers.js'

/** The vectors of tokens that late interaction compares: the dense layers on every row. */
export function tokenVectors(layers: Layers, { dense }: Embedder, x: string, shape: () => string): string {
  dense.forEach(({ bias, activation }, i) => {
    x = layers.linear(x, [`embedder.${i}`], shape, bias ? [`embedder.${i}.bias`] : undefined)
    if (activation) x = layers.graph.node('Tanh', [x])
  })
  return x
}
