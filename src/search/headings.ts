import { normalizeWord } from './normalize.js'
import type { PackedSection } from './packedIndex.js'

/** Headings that begin as a query does; of more, the shortest. */
const MOST_BEGINNING = 50

/** `8.5. The with statement`: numbers are part of a heading that nobody types. */
const NUMBERING =
  /^(?:(?:chapter|appendix|part|section|kapitel|anhang|teil)\s+)?(?:[\p{N}\p{Lu}](?:\p{N}*(?:\.\p{N}+)*)\.|\p{N}+(?:\.\p{N}+)+)\s+(?=\S)/iu

/** A heading or query by which they are compared. */
export function headingKey(text: string): string {
  return normalizeWord(text.replace(NUMBERING, '')).replace(/\s+/g, ' ').trim()
}

/** Sections by what their headings begin with. */
export class Headings {
  /** Sorted. */
  readonly #keys: string[]
  /** [keys]: the first part of the section. */
  readonly #sections: Int32Array

  /** @param titles of the pages */
  constructor(sections: readonly PackedSection[], titles: readonly string[], firstParts: Int32Array) {
    const entries: [string, number][] = []
    let page = -1
    sections.forEach((section, place) => {
      if (firstParts[place] !== place) return
      const heading = section.path.at(-1)
      if (heading !== undefined) entries.push([headingKey(heading), place])
      // A page is found at its first section.
      if (section.page !== page) entries.push([headingKey(titles[section.page]!), place])
      page = section.page
    })
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    this.#keys = entries.map(([key]) => key)
    this.#sections = Int32Array.from(entries, ([, place]) => place)
  }

  /** Sections whose heading begins with the query, and how much of the heading it is: 1 for all. */
  beginning(query: string): Map<number, number> {
    const key = headingKey(query)
    const found: [number, number][] = []
    if (key.length > 1) {
      for (let at = this.#firstFrom(key); at < this.#keys.length && this.#keys[at]!.startsWith(key); at++) {
        found.push([this.#sections[at]!, key.length / this.#keys[at]!.length])
      }
    }
    const kept = found.sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, MOST_BEGINNING)
    return new Map(kept.reverse())
  }

  #firstFrom(key: string): number {
    let low = 0
    let high = this.#keys.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#keys[middle]! < key) low = middle + 1
      else high = middle
    }
    return low
  }
}
