import type { Reranker } from '../api/ranking.js'
import type { Section } from '../api/search.js'
import { type Span, sentencesOf } from './sentences.js'

/** The most sentences to compare in one section. Visitors rarely read further. */
const maxSentences = 24

/** The most vectors to cache, of about 1.5 kB each. */
const maxVectors = 2000

/**
 * Finds the sentence of a section that is closest to the query in meaning. Caches the sentences' vectors, because the
 * next query often finds the same pages.
 */
export class RelevantSentences {
  readonly #vectors = new Map<string, Float32Array>()

  readonly #reranker: Reranker

  constructor(reranker: Reranker) {
    this.#reranker = reranker
  }

  /**
   * @param query the query's embedding; vectors of its tokens may follow
   * @returns undefined for a section without sentences
   */
  async find(query: Float32Array, { text, code }: Section, signal: AbortSignal): Promise<Span | undefined> {
    const spans = sentencesOf(text, code).slice(0, maxSentences)
    if (spans.length < 2) return spans[0]
    const sentences = spans.map(({ start, end }) => text.slice(start, end))
    const unknown = [...new Set(sentences)].filter(sentence => !this.#vectors.has(sentence))
    if (unknown.length > 0) {
      const vectors = await this.#reranker.embed(unknown, { signal })
      unknown.forEach((sentence, i) => {
        this.#vectors.set(sentence, vectors[i]!)
      })
    }
    let best = 0
    let bestCosine = Number.NEGATIVE_INFINITY
    sentences.forEach((sentence, i) => {
      const cosine = dot(this.#vectors.get(sentence)!, query)
      if (cosine > bestCosine) {
        best = i
        bestCosine = cosine
      }
    })
    for (const sentence of this.#vectors.keys()) {
      if (this.#vectors.size <= maxVectors) break
      this.#vectors.delete(sentence)
    }
    return spans[best]
  }
}

/** The cosine of vectors of unit length. What follows in the second does not count. */
function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
