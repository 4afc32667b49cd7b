import type { BertArchitecture } from '../model/manifest.js'
import type { TensorSource } from '../model/tensors.js'
import { DotProduct } from './dotProduct.js'
import type { Heap } from './heap.js'
import type { Kernels } from './kernels.js'
import { type PlacedModel, placeModel } from './placeModel.js'
import { type TokenIds, writeJob } from './writeJob.js'

/** Runs a job on all threads, and returns when it is done. */
export type RunJob = (job: number, model: number) => void

/** An encoder in the kernels' memory. */
export class KernelModel {
  readonly #heap: Heap
  readonly #architecture: BertArchitecture
  readonly #maxLength: number
  readonly #placed: PlacedModel
  readonly #scratch: { address: number; bytes: number }
  readonly #runJob: RunJob
  readonly #dotProduct = new DotProduct()

  private constructor(
    heap: Heap,
    architecture: BertArchitecture,
    maxLength: number,
    placed: PlacedModel,
    scratch: { address: number; bytes: number },
    runJob: RunJob,
  ) {
    this.#heap = heap
    this.#architecture = architecture
    this.#maxLength = maxLength
    this.#placed = placed
    this.#scratch = scratch
    this.#runJob = runJob
  }

  /**
   * @param maxLength the longest prompt in tokens
   * @param places of threads that may run a job at once
   */
  static create(
    kernels: Kernels,
    heap: Heap,
    source: TensorSource,
    architecture: BertArchitecture,
    maxLength: number,
    places: number,
    runJob: RunJob,
  ): KernelModel {
    const placed = placeModel(kernels, heap, source, architecture, maxLength)
    const bytes = kernels.scratchBytes(placed.address)
    const scratch = { address: heap.allocate(bytes * places), bytes }
    return new KernelModel(heap, architecture, maxLength, placed, scratch, runJob)
  }

  /**
   * @param rows the places of the views in each prompt; absent: hidden states of all tokens
   * @returns floats [prompt, view, width], or [token, width] without padding, which the next call overwrites
   */
  encode(prompts: readonly TokenIds[], depth: number, rows?: { firstView: number; views: number }): Float32Array {
    const heap = this.#heap
    const { width, positions } = this.#architecture
    const { end } = heap
    const request = {
      prompts,
      depth,
      firstRows: rows ? rows.firstView + rows.views : 0,
      firstView: rows?.firstView ?? 0,
      exitNorm: rows ? this.#placed.exitNorms.get(depth)! : 0,
      oneInstruction: this.#dotProduct.oneInstruction,
    }
    const sizes = { width, positions, maxRows: this.#maxLength }
    const { job, output, outputRows, tokens } = writeJob(heap, request, sizes, this.#scratch)
    const start = performance.now()
    this.#runJob(job, this.#placed.address)
    this.#dotProduct.learn((performance.now() - start) / (tokens * depth))
    heap.release(end)
    return heap.floats(output, outputRows * width)
  }
}
