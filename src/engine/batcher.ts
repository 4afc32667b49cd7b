import { BatchBudget, paddedLength, planBatches } from './batch.js'
import type { Encoder } from './encoder.js'
import type { EncodedPrompt } from './prompt.js'

/** Larger batches keep several threads busier; an abort waits for the running one. */
const TARGET_BATCH_MS = 100

const lengthOf = ({ prompt }: { prompt: EncodedPrompt }) => prompt.ids.length

/** What the encoder is given is split into batches that take about as long on this device. */
export class Batcher {
  readonly #budget: BatchBudget

  readonly #encoder: Encoder

  constructor(encoder: Encoder) {
    this.#encoder = encoder

    this.#budget = new BatchBudget(TARGET_BATCH_MS, encoder.mostTokens)
  }

  plan<T extends { prompt: EncodedPrompt }>(items: readonly T[]): Iterable<T[]> {
    return planBatches(items, lengthOf, {
      ...this.#encoder.lengths,
      tokens: () => this.#budget.tokens,
      most: padded => this.#encoder.maxBatch(padded),
    })
  }

  /** Runs a batch, and learns from how long it took. */
  async timed<R>(
    batch: readonly { prompt: EncodedPrompt }[],
    run: (prompts: EncodedPrompt[]) => Promise<R>,
  ): Promise<R> {
    const start = performance.now()
    const result = await run(batch.map(item => item.prompt))
    const { mixed, least } = this.#encoder.lengths
    const tokens = batch.reduce((sum, item) => sum + (mixed ? lengthOf(item) : paddedLength(lengthOf(item), least)), 0)
    this.#budget.learn(tokens, performance.now() - start)
    return result
  }
}
