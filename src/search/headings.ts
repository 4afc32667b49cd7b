import { lowerBound } from './lowerBound.js'
import { normalizeWord } from './normalize.js'
import type { PackedSection } from './packedIndex.js'
import { termsOf, tokensOf, wordsOf } from './terms.js'

/** The most headings that count as beginning with a query. The shortest are taken. */
const MOST_BEGINNING = 50

/** The most sections with the same heading among them. */
const MOST_ALIKE = 3

/** The best fit of a query that ends within a word: `reflog` need not be the beginning of `Reflogs`. */
const MOST_WITHIN_WORD = 0.697

const WORD_END = /^[^\p{L}\p{N}]/u

/** The number in `8.5. The with statement`, which nobody types. */
const NUMBERING =
  /^(?:(?:chapter|appendix|part|section|kapitel|anhang|teil)\s+)?(?:[\p{N}\p{Lu}](?:\p{N}*(?:\.\p{N}+)*)\.|\p{N}+(?:\.\p{N}+)+)\s+(?=\S)/iu

/** The form in which headings and queries are compared. */
export function headingKey(text: string): string {
  return normalizeWord(text).replace(/\s+/g, ' ').trim()
}

/** What follows the name in `heapq — Heap queue algorithm`. */
const DESCRIPTION = / [—–-] .*/

/** The keys of a heading: whole, without its number, and without its description. */
function headingKeys(heading: string): Set<string> {
  const key = headingKey(heading)
  const name = key.replace(NUMBERING, '')
  return new Set([key, name, name.replace(DESCRIPTION, '')])
}

/** Finds sections by the beginnings of their headings. */
export class Headings {
  /** Sorted. */
  readonly #keys: string[]
  /** [keys]: the first part of the section. */
  readonly #sections: Int32Array
  readonly #keyOf: string[] = []
  readonly #inOrder: readonly PackedSection[]
  /** The number of pages whose titles have a term. */
  readonly #titleTerms = new Map<string, number>()
  readonly #pages: number

  /** @param titles of the pages */
  constructor(sections: readonly PackedSection[], titles: readonly string[], firstParts: Int32Array) {
    const entries: [string, number][] = []
    this.#inOrder = sections
    this.#pages = titles.length
    for (const title of titles) {
      for (const term of new Set(wordsOf(title).map(word => termsOf(word)[0]!))) {
        this.#titleTerms.set(term, (this.#titleTerms.get(term) ?? 0) + 1)
      }
    }
    sections.forEach(({ page, path }, place) => {
      if (firstParts[place] !== place) return
      const title = titles[page]!
      const heading = path.at(-1)
      this.#keyOf[place] = headingKey(heading ?? title)
      if (heading !== undefined) for (const key of headingKeys(heading)) entries.push([key, place])
      if (!this.isPageStart(place)) return
      // The title leads to the page's first section.
      for (const key of headingKeys(title).add(this.#ownName(title))) entries.push([key, place])
    })
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    this.#keys = entries.map(([key]) => key)
    this.#sections = Int32Array.from(entries, ([, place]) => place)
  }

  /**
   * Sections whose heading begins with the query, each with a fit: 1 for the whole heading, less for longer ones, and
   * less if the query ends within a word. So hardly a heading that still matches gives way as letters are typed.
   */
  beginning(query: string): Map<number, number> {
    const key = headingKey(query)
    const found = new Map<number, number>()
    if (key.length < 2) return found
    let alike = 0
    const longer: [place: number, fit: number][] = []
    for (let at = lowerBound(this.#keys, key); this.#keys[at]?.startsWith(key); at++) {
      const heading = this.#keys[at]!
      alike = heading === this.#keys[at - 1] ? alike + 1 : 0
      if (heading.length === key.length) found.set(this.#sections[at]!, 1)
      else if (alike < MOST_ALIKE) {
        const isWord = WORD_END.test(heading.slice(key.length)) || WORD_END.test(key.at(-1)!)
        const share = key.length / heading.length
        const fit = isWord ? 0.65 + 0.35 * share : Math.min(0.55 + 0.35 * share, MOST_WITHIN_WORD)
        longer.push([this.#sections[at]!, fit])
      }
    }
    longer.sort((a, b) => b[1] - a[1] || a[0] - b[0])
    for (const [place, fit] of longer.slice(0, MOST_BEGINNING)) if (!found.has(place)) found.set(place, fit)
    return found
  }

  /** The key of a title without words of many titles around it: `stash` for `git-stash(1) Manual Page`. */
  #ownName(title: string): string {
    const own = tokensOf(title).filter(({ word }) => word.length > 1 && this.titleMass(termsOf(word)[0]!) === 1)
    const last = own.at(-1)
    return headingKey(title.slice(own[0]?.index, last && last.index + last.length))
  }

  /** The key of a section's own heading. Only first parts have one. */
  key(place: number): string | undefined {
    return this.#keyOf[place]
  }

  isPageStart(place: number): boolean {
    return this.#inOrder[place]!.page !== this.#inOrder[place - 1]?.page
  }

  /**
   * How much a word of a title tells, from 0 to 1. Words of many titles, such as the site's name, tell almost nothing.
   */
  titleMass(term: string): number {
    const share = (this.#titleTerms.get(term) ?? 0) / this.#pages
    return share > 0.2 && this.#pages > 4 ? 0.02 : 1
  }
}
