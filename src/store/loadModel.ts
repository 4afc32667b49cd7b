import { modelError } from '../api/modelErrors.js'
import { type Manifest, TOKENIZER_FILE } from '../model/manifest.js'
import { openWeights } from '../model/safetensors.js'
import type { TensorSource } from '../model/tensors.js'
import type { ModelSource } from './modelSource.js'
import { type ReadModelOptions, readModel } from './readModel.js'

export interface Model {
  manifest: Manifest
  weights: TensorSource
  /** tokenizer.json, parsed. */
  tokenizer: unknown
}

/**
 * Reads and parses a model. Every file is checked against the manifest before it is used.
 * @throws RerankError those of `readModel`, `bad-weights`, `bad-tokenizer`
 */
export async function loadModel(source: ModelSource, options: ReadModelOptions = {}): Promise<Model> {
  const { manifest, weights, tokenizer } = await readModel(source, options)
  return { manifest, weights: openWeights(weights, manifest), tokenizer: parseTokenizer(tokenizer) }
}

/** @throws RerankError `bad-tokenizer` */
export function parseTokenizer(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw modelError('bad-tokenizer', `${TOKENIZER_FILE} is not JSON.`, { cause })
  }
}
