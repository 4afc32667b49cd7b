import type { KernelModel } from '../kernels/kernelModel.js'
import type { Manifest } from '../model/manifest.js'
import type { TensorSource } from '../model/tensors.js'
import { type BatchLimits, LENGTH_STEP } from './batch.js'
import type { Embedding } from './embedding.js'
import { type EmbeddingReader, embeddingReader } from './embeddingReader.js'
import type { Encoder } from './parts.js'
import type { EncodedPrompt } from './prompt.js'

/** An encoder on our own kernels. They read prompts of any lengths together, without padding. */
export class KernelEncoder implements Encoder {
  readonly batchLimits: BatchLimits
  readonly #model: KernelModel
  readonly #manifest: Manifest
  readonly #read: EmbeddingReader

  constructor(model: KernelModel, manifest: Manifest, weights: TensorSource, threads: number) {
    this.batchLimits = {
      mixesLengths: true,
      minLength: LENGTH_STEP,
      maxTokens: 2048,
      maxPrompts: () => Number.POSITIVE_INFINITY,
      together: threads,
    }
    this.#model = model
    this.#manifest = manifest
    this.#read = embeddingReader(manifest.architecture, weights)
  }

  async encode(batch: readonly EncodedPrompt[], depth: number): Promise<Float32Array[]> {
    const { views, prompt, architecture } = this.#manifest
    const vectors = this.#model.encode(batch, depth, { firstView: prompt.firstView, views })
    const size = views * architecture.width
    return batch.map((_, i) => vectors.slice(i * size, (i + 1) * size))
  }

  async embed(batch: readonly EncodedPrompt[], tokens: boolean): Promise<Embedding[]> {
    const hidden = this.#model.encode(batch, this.#manifest.architecture.layers)
    let start = 0
    return batch.map(prompt => {
      const embedding = this.#read(hidden, start, prompt, tokens)
      start += prompt.ids.length
      return embedding
    })
  }

  async release(): Promise<void> {
    // The memory goes with the runtime.
  }
}
