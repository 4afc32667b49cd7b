import type { Totals } from '../eval/rerankAll.js'

/** Progress, speed and remaining time (ETA) of a long run. */
export class Pace {
  readonly #began = performance.now()
  readonly #total: number | undefined

  /** @param total number of queries, if known */
  constructor(total: number | undefined) {
    this.#total = total
  }

  describe({ queries, pairs, seconds, resumed }: Readonly<Totals>): string {
    const parts = [
      `${queries}${this.#total === undefined ? '' : ` of ${this.#total}`} queries`,
      `${pairs} pairs`,
      ...(seconds > 0 ? [`${(pairs / seconds).toFixed(1)} pairs/s`] : []),
    ]
    // Wall-clock time of this run, since finding candidates takes time too.
    const here = queries - resumed
    if (this.#total !== undefined && here > 0) {
      const left = ((performance.now() - this.#began) / 1000 / here) * (this.#total - queries)
      parts.push(`${duration(left)} left`)
    }
    return parts.join(', ')
  }
}

export function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60)
  if (minutes < 1) return `${Math.ceil(seconds)} s`
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
