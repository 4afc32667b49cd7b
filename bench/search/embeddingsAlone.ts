import { hammingDistances, scoreCodes, toCodes } from '../../src/search/codes.js'
import { topK } from '../../src/search/topK.js'

/** Number of sections that codes find and vectors then reorder. */
const SHORTLIST = 100

/**
 * What embeddings find without words, by whole vectors and by their codes of 48 bytes. For each question, the places
 * of the `top` best sections.
 */
export function embeddingsAlone(
  sections: readonly Float32Array[],
  questions: readonly Float32Array[],
  top: number,
): Record<string, number[][]> {
  const codes = toCodes(sections)
  const byVectors = (question: Float32Array) => Float32Array.from(sections, section => dot(question, section))
  const highest = (scores: Float32Array, limit = top) => topK(scores, limit, Number.NEGATIVE_INFINITY)
  return {
    'embeddings alone, by vectors': questions.map(question => highest(byVectors(question))),
    'embeddings alone, by codes': questions.map(question => highest(scoreCodes(question, codes))),
    'embeddings alone, by Hamming distance of codes': questions.map(question =>
      highest(Float32Array.from(hammingDistances(toCodes([question]), codes), distance => -distance)),
    ),
    [`embeddings alone, the best ${SHORTLIST} by codes in the order of their vectors`]: questions.map(question => {
      const places = highest(scoreCodes(question, codes), SHORTLIST)
      const scores = Float32Array.from(places, place => dot(question, sections[place]!))
      return highest(scores).map(i => places[i]!)
    }),
  }
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
