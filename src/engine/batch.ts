/**
 * Prompts are padded to a multiple of this. Softmax and products add up in lanes of at most 16, so further multiples of
 * zeros change no bit: a prompt's numbers do not depend on its batch.
 */
export const LENGTH_STEP = 16

/**
 * Candidates are encoded in chunks of this size (the last holds up to half more), likeliest first. They are regrouped
 * by length only within a chunk.
 */
export const ENCODE_CHUNK = 32

/**
 * The size of the first chunk. Each chunk doubles it, so the likeliest candidates are ranked soon.
 */
export const FIRST_CHUNK = 4

/** @param minLength the shortest length that the device pads to */
export function paddedLength(tokens: number, minLength = LENGTH_STEP): number {
  return Math.max(minLength, Math.ceil(tokens / LENGTH_STEP) * LENGTH_STEP)
}

/**
 * The number of prompts of a padded length whose intermediates fit the device's largest buffer. The largest are the
 * attention logits (T5's position bias has their shape) and the inner layer of the feed-forward.
 */
export function largestBatch(
  { heads, ffWidth, width }: { heads: number; ffWidth: number; width: number },
  padded: number,
  bytesPerNumber: number,
  maxBufferBytes: number,
): number {
  const perPrompt = bytesPerNumber * Math.max(heads * padded * padded, Math.max(ffWidth, 3 * width) * padded)
  return Math.max(1, Math.floor(maxBufferBytes / perPrompt))
}

/** What a batch may hold on a device. */
export interface BatchLimits {
  /** Whether prompts of different lengths share a batch. If not, all prompts of a batch have one padded length. */
  mixesLengths: boolean
  /** The shortest padded length. */
  minLength: number
  maxTokens: number
  /** The most prompts of a padded length. */
  maxPrompts(padded: number): number
  /**
   * How many prompts are computed at once. A batch holds a multiple of it where it can, so that no thread waits.
   * @default 1
   */
  together?: number
}

/**
 * Splits items into batches, lazily. The batch of the likeliest item (the first) comes early. With `mixesLengths`,
 * neighbours in length share a batch, and the lengths from the likeliest item's upwards come first; otherwise one
 * padded length follows the other, in the order of their likeliest items.
 * @param tokenBudget tokens of the next batch; asked for each batch
 */
export function* planBatches<T>(
  items: readonly T[],
  lengthOf: (item: T) => number,
  { mixesLengths, minLength, maxPrompts, together = 1 }: Omit<BatchLimits, 'maxTokens'>,
  tokenBudget: () => number,
): Generator<T[], void, void> {
  const paddedOf = (item: T) => paddedLength(lengthOf(item), minLength)
  const cost = mixesLengths ? lengthOf : paddedOf
  for (const group of mixesLengths ? fromLikeliest(items, lengthOf) : byPaddedLength(items, paddedOf)) {
    let left = group.reduce((sum, item) => sum + cost(item), 0)
    for (let from = 0; from < group.length; ) {
      // Equal shares, not full batches and a small rest.
      const share = left / Math.ceil(left / Math.max(1, tokenBudget()))
      let tokens = 0
      let to = from
      do {
        tokens += cost(group[to]!)
        to++
        // Ends if adding the next item would exceed the share by more than the batch now falls short of it.
      } while (
        to < group.length &&
        (tokens + cost(group[to]!) / 2 <= share || (to - from) % together > 0) &&
        to - from < Math.min(ENCODE_CHUNK, maxPrompts(paddedOf(group[to]!)))
      )
      left -= tokens
      yield group.slice(from, to)
      from = to
    }
  }
}

/** Ordered by length: from the likeliest item on, then the shorter ones. */
function fromLikeliest<T>(items: readonly T[], lengthOf: (item: T) => number): T[][] {
  const sorted = [...items].sort((a, b) => lengthOf(a) - lengthOf(b))
  const start = sorted.indexOf(items[0]!)
  return [sorted.slice(start), sorted.slice(0, start)]
}

function byPaddedLength<T>(items: readonly T[], paddedOf: (item: T) => number): Iterable<T[]> {
  const byLength = new Map<number, T[]>()
  for (const item of items) {
    const padded = paddedOf(item)
    const group = byLength.get(padded)
    if (group) group.push(item)
    else byLength.set(padded, [item])
  }
  // A Map keeps the order of first insertion.
  return byLength.values()
}

/**
 * The number of tokens with which a batch takes about `targetMs`. Aborts take effect and rankings sharpen at that pace.
 * The budget learns from each batch. It starts small, so a slow machine shows its first result early.
 */
export class BatchBudget {
  tokens: number

  readonly #targetMs: number
  readonly #maxTokens: number

  constructor(targetMs: number, maxTokens: number, start = 256) {
    this.#targetMs = targetMs
    this.#maxTokens = maxTokens
    this.tokens = Math.min(start, maxTokens)
  }

  learn(tokens: number, ms: number): void {
    const fits = (tokens / Math.max(ms, 0.1)) * this.#targetMs
    // At most double or halve: one noisy measurement must not cause a batch that takes a second.
    this.tokens = Math.min(this.#maxTokens, Math.max(LENGTH_STEP, this.tokens / 2, Math.min(this.tokens * 2, fits)))
  }
}

/** Larger batches keep several threads busier, but an abort waits for the running batch. */
const TARGET_BATCH_MS = 100

interface WithPrompt {
  prompt: { ids: readonly number[] }
}

const lengthOf = ({ prompt }: WithPrompt) => prompt.ids.length

/** Splits prompts into batches that take about equally long on this device. */
export class BatchScheduler {
  readonly #limits: BatchLimits
  readonly #budget: BatchBudget

  constructor(limits: BatchLimits) {
    this.#limits = limits
    this.#budget = new BatchBudget(TARGET_BATCH_MS, limits.maxTokens)
  }

  plan<T extends WithPrompt>(items: readonly T[]): Iterable<T[]> {
    return planBatches(items, lengthOf, this.#limits, () => this.#budget.tokens)
  }

  /** Runs a batch and learns from the time it took. */
  async run<T extends WithPrompt, R>(batch: readonly T[], encode: (prompts: T['prompt'][]) => Promise<R>): Promise<R> {
    const start = performance.now()
    const result = await encode(batch.map(({ prompt }) => prompt))
    const { mixesLengths, minLength } = this.#limits
    const tokensOf = (item: T) => (mixesLengths ? lengthOf(item) : paddedLength(lengthOf(item), minLength))
    const tokens = batch.reduce((sum, item) => sum + tokensOf(item), 0)
    this.#budget.learn(tokens, performance.now() - start)
    return result
  }
}
