import type { Layers } from './layers.js'
import type { StageInputs } from './stage.js'

/** The learned bias of each relative position plus the mask, [B, heads, S, S]. All layers share it. */
export function positionBias(layers: Layers, mask: string, relative: string): string {
  const { graph } = layers
  const byPosition = graph.node('Gather', [layers.vector(['encoder.relative.weight']), relative])
  const byHead = graph.node('Transpose', [byPosition], { perm: [2, 0, 1] })
  return graph.node('Add', [graph.node('Unsqueeze', [byHead, graph.integers(0)]), mask])
}

/** The rows of the bias for the queries of the last layer. */
export function firstQueries({ graph }: Layers, bias: string, { rows }: StageInputs): string {
  return graph.node('Slice', [bias, graph.integers(0), rows, graph.integers(2)])
}
