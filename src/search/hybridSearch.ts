import { embeddingCosines, type ScannedEmbeddings } from './embeddingScan.js'
import { fuseWordsAndEmbeddings, LATE_WEIGHTS, type LateWeights } from './fuseWordsAndEmbeddings.js'
import { lateInteraction, type ScannedCodes } from './lateInteraction.js'
import { topK } from './topK.js'
import type { WordHits } from './wordSearch.js'

/** The best sections by words, embeddings and late interaction. */
export interface HybridHits {
  /** By section, best first. */
  scores: Map<number, number>
  /** [sections]. */
  cosines: Float32Array
  /** The best sections by embeddings, best first. */
  places: number[]
  /** By section that was found; absent without tokens or their codes. */
  late?: Map<number, number>
}

/** What an index holds of the meaning of its sections. */
export interface SectionCodes {
  /** Of the sections' embeddings. */
  embeddings: ScannedEmbeddings
  /** Absent until they are there. */
  tokens?: ScannedCodes | undefined
}

/**
 * Adds embeddings and late interaction to a search by words.
 * @param vector of the query
 * @param tokens the vectors of the query's tokens; may be empty
 * @param limit of the sections by embeddings
 */
export function searchHybrid(
  hits: WordHits,
  vector: Float32Array,
  tokens: Float32Array,
  codes: SectionCodes,
  limit: number,
  weights: LateWeights = LATE_WEIGHTS,
): HybridHits {
  const { allowed, scores, unit } = hits
  const cosines = embeddingCosines(vector, codes.embeddings)
  const allowedCosines = allowed ? cosines.map((cosine, section) => (allowed[section] ? cosine : -2)) : cosines
  const places = topK(allowedCosines, limit, -1.5)
  const listed = [...new Set([...hits.places, ...places])]
  if (tokens.length === 0 || !codes.tokens) {
    return { scores: fuseWordsAndEmbeddings(scores, cosines, listed, unit), cosines, places }
  }
  const values = lateInteraction(tokens, codes.tokens, listed)
  const { embedding, lateInteraction: weight } = weights
  return {
    scores: fuseWordsAndEmbeddings(scores, cosines, listed, unit, embedding, { values, weight }),
    cosines,
    places,
    late: new Map(listed.map((place, i) => [place, values[i]!])),
  }
}
