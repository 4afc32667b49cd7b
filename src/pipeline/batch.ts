/** A prompt's tokens are padded to a multiple of this, set by its own length alone: what it is batched with can't change its numbers. */
export const LENGTH_STEP = 16

/** Candidates are encoded in slices of this many, in the caller's order of likelihood; only within a slice are they regrouped by length. */
export const SLICE = 32

export function paddedLength(tokens: number): number {
  return Math.max(LENGTH_STEP, Math.ceil(tokens / LENGTH_STEP) * LENGTH_STEP)
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

/** Groups items of one padded length into batches of at most `limit(length)` items, longest run of the likeliest first. */
export function planBatches<T>(
  items: readonly T[],
  lengthOf: (item: T) => number,
  limit: (padded: number) => number,
): T[][] {
  const byLength = new Map<number, T[]>()
  for (const item of items) {
    const padded = paddedLength(lengthOf(item))
    const group = byLength.get(padded)
    if (group) group.push(item)
    else byLength.set(padded, [item])
  }
  const batches: T[][] = []
  // A Map keeps the order of first insertion: the group of the likeliest item goes first.
  for (const [padded, group] of byLength) {
    const size = Math.max(1, Math.floor(limit(padded)))
    // Equal parts rather than full ones and a small rest.
    const parts = Math.ceil(group.length / size)
    for (let part = 0; part < parts; part++) {
      batches.push(
        group.slice(Math.floor((part * group.length) / parts), Math.floor(((part + 1) * group.length) / parts)),
      )
    }
  }
  return batches
}

/**
 * How many tokens a batch may hold so that it takes a few tens of milliseconds: an abort is answered, and the ranking sharpens, at that
 * pace. Learns from each batch; starts small so that the first result is early on a slow machine.
 */
export class BatchBudget {
  private tokens: number

  constructor(
    private readonly targetMs: number,
    private readonly maxTokens: number,
    start = 512,
  ) {
    this.tokens = Math.min(start, maxTokens)
  }

  limit(padded: number): number {
    return Math.min(SLICE, this.tokens / padded)
  }

  learn(tokens: number, ms: number): void {
    const fits = (tokens / Math.max(ms, 0.1)) * this.targetMs
    // At most double or halve at once: one noisy measurement must not lead to a second's batch.
    this.tokens = Math.min(this.maxTokens, Math.max(LENGTH_STEP, this.tokens / 2, Math.min(this.tokens * 2, fits)))
  }
}
