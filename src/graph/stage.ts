import type { TokenPlaces } from './tokenPlaces.js'

/** Encoder layers from … to - 1. */
export interface Stage {
  from: number
  to: number
}

/** Names of the graph values that the layers of a stage read. */
export interface StageInputs {
  /** [B, 1, 1, S] in the type of the activations. */
  mask: string
  /** int64 [1]: the number of first rows of each prompt that the last layer computes. */
  rows: string
  places: TokenPlaces
  /** [B] */
  batch(): string
  /** Shapes [B, S, -1] and [B, rows, -1]. */
  whole(): string
  first(): string
}
