import type { Totals } from '../eval/rerankAll.js'

/** How far a long run is, how fast it goes, and how long it will take. */
export class Pace {
  readonly #began = performance.now()
  readonly #total: number | undefined

  /** @param total queries in all, where that is known */
  constructor(total: number | undefined) {
    this.#total = total
  }

  describe({ queries, pairs, seconds, resumed }: Readonly<Totals>): string {
    const parts = [
      `${queries}${this.#total === undefined ? '' : ` of ${this.#total}`} queries`,
      `${pairs} pairs`,
      ...(seconds > 0 ? [`${(pairs / seconds).toFixed(1)} pairs/s`] : []),
    ]
    // The wall clock, of this run alone: finding candidates takes its time too.
    const here = queries - resumed
    if (this.#total !== undefined && here > 0) {
      const left = ((performance.now() - this.#began) / 1000 / here) * (this.#total - queries)
      parts.push(`${duration(left)} left`)
    }
    return parts.join(', ')
  }
}

function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60)
  if (minutes < 1) return `${Math.ceil(seconds)} s`
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
