import type { FamilyGraph } from '../graph/familyGraph.js'
import type { Manifest } from '../model/manifest.js'
import type { TensorSource } from '../model/tensors.js'
import { loadTokenizer, type OpenedTokenizer } from '../tokenizer/loadTokenizer.js'
import type { ReadPieces, Tokenizer } from '../tokenizer/tokenizer.js'

/**
 * The families of encoders and of tokenizers that `mvp-mini` does not need. In a page, each is a file of its own beside
 * the worker, which loads it with a model that needs it.
 */
export interface Families {
  t5: FamilyGraph
  modernbert: FamilyGraph
  Unigram: ReadPieces
  BPE: ReadPieces
}

/** @throws RerankError `download-failed` */
export type LoadFamily = <Name extends keyof Families>(name: Name) => Promise<Families[Name]>

/** A model with all code that it needs. */
export interface ReadyModel {
  manifest: Manifest
  weights: TensorSource
  tokenizer: Tokenizer
  /** Of BERT's family: undefined. */
  family: FamilyGraph | undefined
}

/**
 * Loads the families of a model.
 * @throws RerankError `bad-tokenizer`, and those of `load`
 */
export async function withFamilies(
  { manifest, weights, tokenizer }: { manifest: Manifest; weights: TensorSource; tokenizer: OpenedTokenizer },
  load: LoadFamily,
): Promise<ReadyModel> {
  const { family } = manifest.architecture
  const [ready, graph] = await Promise.all([
    loadTokenizer(tokenizer, load),
    family === 'bert' ? undefined : load(family),
  ])
  return { manifest, weights, tokenizer: ready, family: graph }
}
