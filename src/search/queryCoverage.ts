import type { InvertedIndex } from './invertedIndex.js'
import type { WordHits } from './wordSearch.js'

/** How much of what the words tell the section that has the most of it has, from 0 to 1: `QueryResult.covered`. */
export function queryCoverage(
  { queryWords, asked }: WordHits,
  { starts, places }: InvertedIndex,
  sections: readonly number[],
): number {
  const covered = new Map(sections.map(place => [place, 0]))
  for (const { matches, idf } of queryWords) {
    const best = new Map<number, number>()
    for (const { term, weight } of matches) {
      for (let at = starts[term]!; at < starts[term + 1]!; at++) {
        const place = places[at]!
        if (covered.has(place) && weight > (best.get(place) ?? 0)) best.set(place, weight)
      }
    }
    for (const [place, weight] of best) covered.set(place, covered.get(place)! + idf * weight)
  }
  return asked === 0 ? 0 : Math.min(1, Math.max(0, ...covered.values()) / asked)
}
