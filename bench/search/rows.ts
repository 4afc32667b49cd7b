import type { Candidate } from '../../src/api/search.js'

/** The sections of a list of candidates, best first, one in parts once: the rows that a person sees. */
export function rowsOf(candidates: readonly Pick<Candidate, 'section'>[]): number[] {
  return [...new Set(candidates.map(({ section }) => section))]
}

/** How often the wanted row came first, and among the first three. */
export class Placings {
  asked = 0
  first = 0
  topThree = 0

  add(rows: readonly number[], wanted: ReadonlySet<number>): void {
    this.asked++
    if (wanted.has(rows[0]!)) this.first++
    if (rows.slice(0, 3).some(row => wanted.has(row))) this.topThree++
  }

  /** First / among the first three, in per cent. */
  toString(): string {
    if (this.asked === 0) return '–'
    return `${this.#percent(this.first)} / ${this.#percent(this.topThree)}`
  }

  #percent(count: number): string {
    return ((100 * count) / this.asked).toFixed(1)
  }
}
