/**
 * Prompts are padded to a multiple of this. Softmax and products add up in lanes of at most 16, so that any further multiple of zeros changes no bit:
 * what a prompt is batched with can't change its numbers.
 */
export const LENGTH_STEP = 16

/** Candidates are encoded in slices of this many (the last one of up to half more), in the caller's order of likelihood; only within a chunk are they regrouped by length. */
export const ENCODE_CHUNK = 32

/** The first chunk, each of the next ones being twice as large as the one before: the likeliest are ranked soon. */
export const FIRST_CHUNK = 8

/** @param least the device pads to at least so many */
export function paddedLength(tokens: number, least = LENGTH_STEP): number {
  return Math.max(least, Math.ceil(tokens / LENGTH_STEP) * LENGTH_STEP)
}

/**
 * How many prompts of a padded length fit one batch, so that none of its intermediates passes the device's largest buffer. The largest are the
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

export interface BatchLimits {
  /** Whether prompts of different lengths share a batch; else all in it are padded to the same length. */
  mixed: boolean
  /** Least padded length. */
  least: number
  /** Tokens a batch may hold; asked anew for each batch. */
  tokens(): number
  /** Most prompts of a padded length. */
  most(padded: number): number
}

/**
 * Splits items into batches, lazily, that of the likeliest item (the first) early: with `mixed`, neighbours in length, those from the likeliest item
 * on first; else one padded length after the other, in the order of each one's likeliest item.
 */
export function* planBatches<T>(
  items: readonly T[],
  lengthOf: (item: T) => number,
  limits: BatchLimits,
): Generator<T[], void, void> {
  const paddedOf = (item: T) => paddedLength(lengthOf(item), limits.least)
  for (const group of limits.mixed ? fromLikeliest(items, lengthOf) : byPaddedLength(items, paddedOf)) {
    const cost = limits.mixed ? lengthOf : paddedOf
    let left = group.reduce((sum, item) => sum + cost(item), 0)
    for (let from = 0; from < group.length; ) {
      // Equal parts rather than full ones and a small rest.
      const share = left / Math.ceil(left / Math.max(1, limits.tokens()))
      let tokens = 0
      let to = from
      do {
        tokens += cost(group[to]!)
        to++
        // The next one would pass the share by more than it is short of it.
      } while (
        to < group.length &&
        tokens + cost(group[to]!) / 2 <= share &&
        to - from < Math.min(ENCODE_CHUNK, limits.most(paddedOf(group[to]!)))
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
 * How many tokens a batch may hold so that it takes about so long: an abort is answered, and the ranking sharpens, at that pace. Learns from each
 * batch; starts small so that the first result is early on a slow machine.
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
    // At most double or halve at once: one noisy measurement must not lead to a second's batch.
    this.tokens = Math.min(this.#maxTokens, Math.max(LENGTH_STEP, this.tokens / 2, Math.min(this.tokens * 2, fits)))
  }
}
