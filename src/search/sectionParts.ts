import type { PackedSection } from './packedIndex.js'

/**
 * The most parts of one section among the candidates. Without a limit, a long section would leave no room for others.
 */
const MAX_PARTS_PER_SECTION = 3

/**
 * For each entry of an index, the first part of its section. The parts of a long section are stored side by side.
 */
export function firstParts(sections: readonly PackedSection[]): Int32Array {
  const first = new Int32Array(sections.length)
  sections.forEach((section, i) => {
    const before = sections[i - 1]
    first[i] = before && sameSection(section, before) ? first[i - 1]! : i
  })
  return first
}

/** The first `limit` of these entries, at most `MAX_PARTS_PER_SECTION` of each section. */
export function limitPartsPerSection(places: readonly number[], first: Int32Array, limit: number): number[] {
  const taken = new Map<number, number>()
  const kept: number[] = []
  for (const place of places) {
    if (kept.length === limit) break
    const count = taken.get(first[place]!) ?? 0
    if (count === MAX_PARTS_PER_SECTION) continue
    taken.set(first[place]!, count + 1)
    kept.push(place)
  }
  return kept
}

/** Number of sections with a score; a section in parts counts once. */
export function countSections(scores: Float32Array, first: Int32Array): number {
  return new Set(first.filter((_, place) => scores[place]! > 0)).size
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
