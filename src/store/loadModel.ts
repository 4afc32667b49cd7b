import { modelError } from '../api/modelErrors.js'
import { type Manifest, TOKENIZER_FILE } from '../model/manifest.js'
import { openWeights } from '../model/safetensors.js'
import type { TensorSource } from '../model/tensors.js'
import type { ModelSource } from './modelSource.js'
import { type ReadModelOptions, readModel } from './readModel.js'

export interface Model<T = unknown> {
  manifest: Manifest
  weights: TensorSource
  tokenizer: T
}

/**
 * Reads and parses a model. Every file is checked against the manifest before it is used.
 * @param toTokenizer what to make of tokenizer.json; by default, it is only parsed
 * @throws RerankError those of `readModel`, `bad-weights`, `bad-tokenizer`
 */
export async function loadModel<T = unknown>(
  source: ModelSource,
  options: ReadModelOptions = {},
  toTokenizer = (json: unknown) => json as T,
): Promise<Model<T>> {
  const read = (bytes: Uint8Array) => toTokenizer(parseTokenizer(bytes))
  const { manifest, weights, tokenizer } = await readModel(source, options, read)
  return { manifest, weights: openWeights(weights, manifest), tokenizer }
}

/** @throws RerankError `bad-tokenizer` */
export function parseTokenizer(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw modelError('bad-tokenizer', `${TOKENIZER_FILE} is not JSON.`, { cause })
  }
}
