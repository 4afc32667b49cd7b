import MiniSearch from 'minisearch'
import { topK } from '../../src/search/topK.js'
import type { MiniSearchPage } from './contestants.js'

/**
 * Gives what `index.search` gives for each question, best first, in a fraction of the time. It asks for a term's scores
 * once; the shortest words take longest. As MiniSearch does, it adds up the scores of a question's terms and multiplies
 * the sum by the number of terms found.
 */
export function miniSearchAnswers(
  index: MiniSearch<MiniSearchPage>,
  questions: readonly string[],
  limit: number,
): number[][] {
  const tokenize = MiniSearch.getDefault('tokenize') as (text: string) => string[]
  const known = new Map<string, { ids: Int32Array; scores: Float64Array }>()
  const hits = (term: string) => {
    if (!known.has(term)) {
      const results = index.search(term)
      const ids = Int32Array.from(results, ({ id }) => id as number)
      known.set(term, { ids, scores: Float64Array.from(results, ({ score }) => score) })
    }
    return known.get(term)!
  }
  return questions.map(question => {
    const sums = new Float64Array(index.documentCount)
    const counts = new Uint8Array(index.documentCount)
    const seen = new Set<string>()
    for (const term of tokenize(question.toLowerCase())) {
      if (term === '') continue
      const { ids, scores } = hits(term)
      const more = seen.has(term) ? 0 : 1
      seen.add(term)
      for (let i = 0; i < ids.length; i++) {
        sums[ids[i]!]! += scores[i]!
        counts[ids[i]!]! += more
      }
    }
    const totals = sums.map((sum, id) => sum * counts[id]!)
    return topK(totals, limit)
  })
}
