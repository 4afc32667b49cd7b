/** Jobs that tell nothing, because engines compile code twice and the first is slow. */
const WARM_UP = 4
/** Jobs of each form that are timed. */
const TRIALS = 10

/**
 * Which form of the relaxed dot product is faster here. It is one instruction on processors with one for 8 bits, and
 * five on others, where pairs of products take three (kernels/product.ts). Both give the same numbers, so the first
 * jobs try them in turns.
 */
export class DotProduct {
  #jobs = 0
  readonly #best = { one: Number.POSITIVE_INFINITY, pairs: Number.POSITIVE_INFINITY }

  /** Whether the next job uses the single instruction. */
  get oneInstruction(): boolean {
    if (this.#jobs < WARM_UP + 2 * TRIALS) return this.#jobs % 2 === 0
    return this.#best.one <= this.#best.pairs
  }

  /** @param cost of the job: its time by its size */
  learn(cost: number): void {
    if (this.#jobs >= WARM_UP + 2 * TRIALS) return
    const form = this.oneInstruction ? 'one' : 'pairs'
    if (this.#jobs >= WARM_UP) this.#best[form] = Math.min(this.#best[form], cost)
    this.#jobs++
  }
}
