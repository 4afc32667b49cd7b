import type { Candidate } from '../../src/api/search.js'

/** The rows that a person sees: the sections of the candidates, best first, each once even if it has several parts. */
export function rowsOf(candidates: readonly Pick<Candidate, 'section'>[]): number[] {
  return [...new Set(candidates.map(({ section }) => section))]
}

/** Counts how often a wanted row came first and how often it was among the first three. */
export class Placings {
  asked = 0
  first = 0
  topThree = 0

  add(rows: readonly number[], wanted: ReadonlySet<number>): void {
    this.asked++
    if (wanted.has(rows[0]!)) this.first++
    if (rows.slice(0, 3).some(row => wanted.has(row))) this.topThree++
  }

  /** Per cent first / per cent among the first three. */
  toString(): string {
    if (this.asked === 0) return '–'
    return `${this.#percent(this.first)} / ${this.#percent(this.topThree)}`
  }

  #percent(count: number): string {
    return ((100 * count) / this.asked).toFixed(1)
  }
}
