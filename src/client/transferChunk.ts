import type { Passage } from '../api/ranking.js'
import type { PassageChunk } from '../threads/rerankProtocol.js'
import { contextOf } from './checkInput.js'

/**
 * Some passages as they cross the thread.
 * @param fusible whether what comes with them is wanted
 */
export function toTransferChunk(passages: readonly Passage[], indices: Uint32Array, fusible: boolean): PassageChunk {
  const chosen = Array.from(indices, index => passages[index]!)
  const slice: PassageChunk = { indices, contexts: chosen.map(contextOf) }
  if (!fusible) return slice
  const scores = chosen.map(passage => (typeof passage === 'string' ? undefined : passage.firstStageScore))
  if (scores.some(score => score !== undefined)) {
    slice.firstStageScores = Float32Array.from(scores, score => score ?? Number.NaN)
  }
  const vectors = chosen.map(passage => (typeof passage === 'string' ? undefined : passage.vector))
  const width = vectors.find(vector => vector)?.length
  if (width !== undefined) {
    // In one array: a vector may be a part of a buffer with those of a whole site, all of which would be copied.
    slice.vectors = new Float32Array(width * chosen.length).fill(Number.NaN)
    for (const [place, vector] of vectors.entries()) if (vector) slice.vectors.set(vector, place * width)
  }
  return slice
}
