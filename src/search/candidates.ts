import type { Candidate } from '../api/search.js'
import { explainHits } from './explainHits.js'
import type { HybridHits } from './hybridSearch.js'
import type { InvertedIndex } from './invertedIndex.js'
import { limitPartsPerSection } from './sectionParts.js'
import type { SectionReader } from './sectionReader.js'
import type { WordHits } from './wordSearch.js'

/** The best sections as candidates. What the query names comes first. @param hybrid absent: by words alone */
export function candidatesOf(
  hits: WordHits,
  hybrid: HybridHits | undefined,
  limit: number,
  reader: SectionReader,
  index: InvertedIndex,
): Candidate[] {
  const { places: byWords, scores, exact } = hits
  const named = byWords.filter(place => exact.has(place))
  const order = [...new Set([...named, ...(hybrid?.scores.keys() ?? byWords)])]
  const places = limitPartsPerSection(order, reader.firstParts, limit)
  const explained = explainHits(hits, index, places)
  const wordRanks = ranksOf(byWords)
  const embeddingRanks = ranksOf(hybrid?.places ?? [])
  return places.map(place => {
    const terms = explained.get(place)!
    const match = exact.get(place)
    const wordRank = wordRanks.get(place)
    const rank = embeddingRanks.get(place)
    return {
      ...reader.section(place)!,
      score: hybrid ? hybrid.scores.get(place)! : scores[place]!,
      source: wordRank === undefined ? 'semantic' : rank === undefined ? 'words' : 'both',
      ...(match ? { exact: match } : {}),
      terms: [...new Set(terms.map(({ term }) => term))],
      ...(wordRank === undefined
        ? {}
        : { words: { score: scores[place]!, rank: wordRank, terms: terms.filter(({ score }) => score > 0) } }),
      ...(hybrid && {
        semantic: {
          cosine: hybrid.cosines[place]!,
          ...(hybrid.late && { lateInteraction: hybrid.late.get(place)! }),
          ...(rank === undefined ? {} : { rank }),
        },
      }),
    }
  })
}

function ranksOf(places: readonly number[]): Map<number, number> {
  return new Map(places.map((place, rank) => [place, rank]))
}
