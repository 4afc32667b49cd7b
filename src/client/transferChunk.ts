import type { Passage } from '../api/ranking.js'
import type { Candidate } from '../threads/rerankProtocol.js'
import { contextOf, fieldsOf } from './checkInput.js'

/**
 * Packs passages to cross the thread.
 * @param fusible whether to send first-stage scores, vectors and codes too
 */
export function toTransferChunk(passages: readonly Passage[], indices: Uint32Array, fusible: boolean): Candidate[] {
  return Array.from(indices, index => {
    const passage = passages[index]!
    const { firstStageScore, vector, tokens } = fieldsOf(passage)
    const candidate = { index, context: contextOf(passage) }
    if (!fusible) return candidate
    // Copies: a vector may be a view of a buffer with a whole site's vectors, and cloning would copy all of it.
    return { ...candidate, firstStageScore, vector: vector && new Float32Array(vector), codes: tokens?.slice() }
  })
}
