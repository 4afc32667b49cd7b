import { RerankError } from '../api/errors.js'
import type { KernelHead } from '../kernels/kernelHead.js'
import type { AnchorDecoder } from './parts.js'

/** An anchor decoder, or a pointwise model's head, on our own kernels. */
export class KernelAnchorDecoder implements AnchorDecoder {
  readonly #head: KernelHead

  constructor(head: KernelHead) {
    this.#head = head
  }

  async score(vectors: Float32Array): Promise<{ scores: Float32Array; views: Float32Array }> {
    if (vectors.length === 0) return { scores: new Float32Array(), views: new Float32Array() }
    try {
      return this.#head.score(vectors)
    } catch (cause) {
      if (cause instanceof RerankError) throw cause
      // A trap: the memory may hold anything.
      throw new RerankError('worker-failed', `The kernels failed at the scores: ${(cause as Error).message}.`, {
        cause,
        remedy: 'Load the model again.',
      })
    }
  }

  async release(): Promise<void> {
    // The memory goes with the runtime.
  }
}
