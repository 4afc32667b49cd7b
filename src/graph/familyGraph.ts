import type { Architecture } from '../model/manifest.js'
import type { Layers } from './layers.js'
import type { Stage, StageInputs } from './stage.js'

/**
 * What a stage of a family's encoder adds to `buildEncoderStage`. BERT's belongs to every worker. The others are files
 * of their own, so they import nothing that throws or that a caller compares.
 */
export interface FamilyGraph<A extends Architecture = Architecture> {
  /** Token ids to the rows that the first layer takes. */
  embed(layers: Layers, architecture: A, ids: string): string
  /**
   * @param relative `rel_bucket`, if the architecture has relative positions
   * @returns the first rows of the hidden states
   */
  layers(
    layers: Layers,
    architecture: A,
    stage: Stage,
    inputs: StageInputs,
    x: string,
    relative: string | undefined,
  ): string
  /** The mean of the tokens' rows, [B, 1, d], of hidden states [B, S, d], if a head reads it. */
  mean?(layers: Layers, hidden: string, mask: string): string
}
