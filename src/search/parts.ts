import type { PackedSection } from './packedIndex.js'

/** So many parts of one section may be candidates: a page-long one would else leave no room for others, and the model reads what the best ones say. */
const MOST_PARTS = 3

/** For each entry of an index the first part of its section. A long section is cut into parts, which lie side by side. */
export function firstParts(sections: readonly PackedSection[]): Int32Array {
  const first = new Int32Array(sections.length)
  sections.forEach((section, i) => {
    const before = sections[i - 1]
    first[i] = before && sameSection(section, before) ? first[i - 1]! : i
  })
  return first
}

/** The first of these places, without those of a section that has had its share. */
export function spread(places: readonly number[], first: Int32Array, limit: number): number[] {
  const taken = new Map<number, number>()
  const kept: number[] = []
  for (const place of places) {
    if (kept.length === limit) break
    const count = taken.get(first[place]!) ?? 0
    if (count === MOST_PARTS) continue
    taken.set(first[place]!, count + 1)
    kept.push(place)
  }
  return kept
}

function sameSection(a: PackedSection, b: PackedSection): boolean {
  // Headings without anchors share their page's address, so that alone does not tell sections apart.
  return (
    a.page === b.page &&
    a.anchor === b.anchor &&
    a.path.length === b.path.length &&
    a.path.every((heading, i) => heading === b.path[i])
  )
}
