import type { Passage } from '../api/ranking.js'
import type { PassageChunk } from '../threads/rerankProtocol.js'
import { contextOf, fieldsOf } from './checkInput.js'

/**
 * Packs passages to cross the thread.
 * @param fusible whether to send first-stage scores and vectors too
 */
export function toTransferChunk(passages: readonly Passage[], indices: Uint32Array, fusible: boolean): PassageChunk {
  const chosen = Array.from(indices, index => passages[index]!)
  const chunk: PassageChunk = { indices, contexts: chosen.map(contextOf) }
  if (!fusible) return chunk
  const scores = chosen.map(passage => fieldsOf(passage).firstStageScore)
  if (scores.some(score => score !== undefined)) {
    chunk.firstStageScores = Float32Array.from(scores, score => score ?? Number.NaN)
  }
  const vectors = chosen.map(passage => fieldsOf(passage).vector)
  const width = vectors.find(vector => vector)?.length
  if (width !== undefined) {
    // In one new array: a vector may be a view of a buffer with a whole site's vectors, and cloning would copy all of
    // it.
    chunk.vectors = new Float32Array(width * chosen.length).fill(Number.NaN)
    for (const [place, vector] of vectors.entries()) if (vector) chunk.vectors.set(vector, place * width)
  }
  return chunk
}
