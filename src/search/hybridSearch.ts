import { scoreCodes } from './codes.js'
import { fuseWordsAndEmbeddings } from './fuseWordsAndEmbeddings.js'
import { topK } from './topK.js'
import type { WordHits } from './wordSearch.js'

/** The best sections by words and embeddings. */
export interface HybridHits {
  /** By section, best first. */
  scores: Map<number, number>
  /** [sections]. */
  cosines: Float32Array
  /** The best sections by embeddings, best first. */
  places: number[]
}

/**
 * Adds embeddings to a search by words.
 * @param vector of the query
 * @param codes of the sections' embeddings
 * @param limit of the sections by embeddings
 */
export function searchHybrid(hits: WordHits, vector: Float32Array, codes: Uint8Array, limit: number): HybridHits {
  const { allowed } = hits
  const cosines = scoreCodes(vector, codes)
  const allowedCosines = allowed ? cosines.map((cosine, section) => (allowed[section] ? cosine : -2)) : cosines
  const places = topK(allowedCosines, limit, -1.5)
  const listed = [...new Set([...hits.places, ...places])]
  return { scores: fuseWordsAndEmbeddings(hits.scores, cosines, listed, hits.unit), cosines, places }
}
