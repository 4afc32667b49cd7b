import { RerankError } from '../api/errors.js'
import type { RemoteProtocol } from './types.js'

export interface Scored {
  /** Place in the list that was sent. */
  index: number
  score: number
}

interface Wire {
  path: string
  body(query: string, texts: readonly string[], model: string | undefined, topK: number | undefined): object
  /** Where the answer has its list, and what it calls a score. */
  list(answer: unknown): unknown
  score: string
}

const documents: Wire['body'] = (query, texts, model, topK) => ({
  ...(model === undefined ? {} : { model }),
  query,
  documents: texts,
  ...(topK === undefined ? {} : { top_n: topK }),
})
const results: Wire['list'] = answer => (answer as { results?: unknown } | null)?.results

export const WIRES: Record<RemoteProtocol, Wire> = {
  cohere: { path: '/v2/rerank', body: documents, list: results, score: 'relevance_score' },
  jina: {
    path: '/v1/rerank',
    // Texts that come back would only be thrown away.
    body: (...given) => ({ ...documents(...given), return_documents: false }),
    list: results,
    score: 'relevance_score',
  },
  tei: {
    path: '/rerank',
    // Raw: squashed to 0 … 1, high scores of a strong model all become 1.
    body: (query, texts) => ({ query, texts, raw_scores: true, truncate: true }),
    list: answer => answer,
    score: 'score',
  },
}

/**
 * Reads an answer, in the service's order.
 * @param count passages that were sent; @param wanted results that must come
 * @throws RerankError bad-answer
 */
export function readAnswer({ list, score }: Wire, answer: unknown, count: number, wanted: number): Scored[] {
  const rows = list(answer)
  if (!Array.isArray(rows)) throw bad('it holds no list of results')
  const seen = new Set<number>()
  const scored = rows.map((row: Record<string, unknown> | null): Scored => {
    const index = row?.index as number
    const value = row?.[score] as number
    if (!Number.isInteger(index) || index < 0 || index >= count) throw bad('an index lies outside of the list')
    if (seen.has(index)) throw bad(`index ${index} comes twice`)
    if (!Number.isFinite(value)) throw bad(`the ${score} of index ${index} is no number`)
    seen.add(index)
    return { index, score: value }
  })
  if (scored.length < wanted) throw bad(`it holds ${scored.length} results of ${wanted}`)
  return scored.slice(0, wanted)
}

function bad(what: string): RerankError {
  return new RerankError('bad-answer', `The answer of the service is not of its protocol: ${what}.`)
}
