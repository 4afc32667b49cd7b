import type { FacetValue } from '../api/search.js'
import type { PackedSection } from './packedIndex.js'

type Filters = Record<string, string[]>
type Wanted = Record<string, string | readonly string[]>

/** The filter values of sections. */
export class SectionFilters {
  readonly #pages: readonly { filters: Filters }[]
  readonly #sections: readonly PackedSection[]
  readonly #firstParts: Int32Array

  constructor(pages: readonly { filters: Filters }[], sections: readonly PackedSection[], firstParts: Int32Array) {
    this.#pages = pages
    this.#sections = sections
    this.#firstParts = firstParts
  }

  /**
   * [sections]: 1 where a section has one of the wanted values of every name. The value '' means sections without a
   * value.
   * @returns undefined without any filter
   */
  allowed(wanted: Wanted): Uint8Array | undefined {
    const asked = Object.entries(wanted).map(([name, values]) => ({ name, values: [values].flat() }))
    const needed = asked.filter(({ values }) => values.length > 0)
    if (needed.length === 0) return undefined
    const pages = this.#pages.map(({ filters }) =>
      needed.every(({ name, values }) =>
        values.some(value => valuesOf(filters, name)?.includes(value) ?? value === ''),
      ),
    )
    return Uint8Array.from(this.#sections, ({ page }) => Number(pages[page]))
  }

  /**
   * Counts the values of matching sections. A section in parts counts once. A filter's own choice does not affect its
   * counts.
   */
  count(names: readonly string[], wanted: Wanted, matches: (section: number) => boolean): Record<string, FacetValue[]> {
    return Object.fromEntries(
      names.map(name => {
        const { [name]: _, ...others } = wanted
        return [name, this.#countOne(name, this.allowed(others), matches)]
      }),
    )
  }

  #countOne(name: string, allowed: Uint8Array | undefined, matches: (section: number) => boolean): FacetValue[] {
    const perPage = new Uint32Array(this.#pages.length)
    let counted = -1
    for (let section = 0; section < this.#sections.length; section++) {
      const first = this.#firstParts[section]!
      if (first === counted || allowed?.[section] === 0 || !matches(section)) continue
      counted = first
      perPage[this.#sections[section]!.page]!++
    }
    const counts = new Map<string, number>()
    perPage.forEach((count, page) => {
      if (count > 0)
        for (const value of valuesOf(this.#pages[page]!.filters, name) ?? [])
          counts.set(value, (counts.get(value) ?? 0) + count)
    })
    return [...counts]
      .map(([value, count]) => ({ value, count }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
  }
}

/** A filter may be called like a property of every object, such as `constructor`. */
function valuesOf(filters: Filters, name: string): readonly string[] | undefined {
  return Object.hasOwn(filters, name) ? filters[name] : undefined
}
