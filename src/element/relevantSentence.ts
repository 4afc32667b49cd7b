import type { Reranker } from '../api/ranking.js'
import type { Section } from '../api/search.js'
import { type Span, sentencesOf } from './sentences.js'

/** The most sentences to compare in one section. Visitors rarely read further. */
const maxSentences = 24

/**
 * Finds the sentence of a section that is closest to the query in meaning. The next query often finds the same pages:
 * the reranker's cache then holds their sentences.
 * @param query the query's embedding; vectors of its tokens may follow
 * @returns undefined for a section without sentences
 */
export async function relevantSentence(
  reranker: Reranker,
  query: Float32Array,
  { text, code }: Section,
  signal: AbortSignal,
): Promise<Span | undefined> {
  const spans = sentencesOf(text, code).slice(0, maxSentences)
  if (spans.length < 2) return spans[0]
  const vectors = await reranker.embed(
    spans.map(({ start, end }) => text.slice(start, end)),
    { signal },
  )
  // Of unit length: their products are cosines. Only the query's own vector is as long as those of sentences.
  const cosines = vectors.map(vector => vector.reduce((sum, value, i) => sum + value * query[i]!, 0))
  return spans[cosines.indexOf(Math.max(...cosines))]
}
