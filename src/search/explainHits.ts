import type { MatchedTerm } from '../api/search.js'
import type { InvertedIndex } from './invertedIndex.js'
import type { WordHits } from './wordSearch.js'

/** What made up the scores of some sections, largest first; what closeness has added is shared among the words. */
export function explainHits(
  { queryWords, scores }: WordHits,
  { starts, places, impacts, terms }: InvertedIndex,
  sections: readonly number[],
): Map<number, MatchedTerm[]> {
  const explained = new Map(sections.map(place => [place, [] as MatchedTerm[]]))
  for (const { word, matches, idf } of queryWords) {
    const counting = new Map<number, MatchedTerm>()
    for (const { term, weight, match } of matches) {
      const worth = (weight * idf) / 255
      for (let at = starts[term]!; at < starts[term + 1]!; at++) {
        const of = explained.get(places[at]!)
        if (!of) continue
        // Only the best match counts; the others serve marking.
        const found: MatchedTerm = { term: terms[term]!, word, match, score: worth * impacts[at]! }
        const other = counting.get(places[at]!)
        if (other && other.score >= found.score) found.score = 0
        else {
          if (other) other.score = 0
          counting.set(places[at]!, found)
        }
        of.push(found)
      }
    }
  }
  for (const [place, of] of explained) {
    const sum = of.reduce((sum, { score }) => sum + score, 0)
    for (const term of of) term.score *= scores[place]! / (sum || 1)
    of.sort((a, b) => b.score - a.score)
  }
  return explained
}
