import type { FamilyGraph } from '../graph/familyGraph.js'
import type { Manifest } from '../model/manifest.js'
import type { TensorSource } from '../model/tensors.js'
import type { BatchLimits } from './batch.js'
import type { Embedding } from './embedding.js'
import type { EncodedPrompt } from './prompt.js'

/** Turns token ids into relevance vectors, e_ik = norm(H_i[firstView + k]), k = 0 … m-1 (MVP, section 3.1). */
export interface Encoder {
  readonly batchLimits: BatchLimits
  /**
   * @param batch made by `planBatches`
   * @param depth one of the model's exits
   * @returns each prompt's vectors, [view, width]
   */
  encode(batch: readonly EncodedPrompt[], depth: number): Promise<Float32Array[]>
  /** @param tokens whether to return the tokens' vectors beside their mean */
  embed(batch: readonly EncodedPrompt[], tokens: boolean): Promise<Embedding[]>
  release(): Promise<void>
}

/**
 * Turns the relevance vectors of all candidates into scores: one decoder step per view yields the anchor a_k, and
 * s_i = mean_k (a_k · e_ik) (MVP, section 3.2). A pointwise model's is its classification head.
 */
export interface AnchorDecoder {
  /**
   * @param vectors [passage, view, width]
   * @returns `scores` [passage] and `views` [view, passage]
   */
  score(vectors: Float32Array): Promise<{ scores: Float32Array; views: Float32Array }>
  release(): Promise<void>
}

/** What a runtime computes for the engine. */
export interface EngineParts {
  encoder: Encoder
  /** Absent for models that read every text alone. */
  decoder: AnchorDecoder | undefined
}

/**
 * Builds the parts of a model in a runtime. Releases what it built if that fails.
 * @param onStage called after each exit's stage of the encoder
 * @param family the layers of another family than BERT
 */
export type BuildParts<Runtime> = (
  runtime: Runtime,
  manifest: Manifest,
  weights: TensorSource,
  onStage: (built: number) => void,
  family: FamilyGraph | undefined,
) => Promise<EngineParts>
