import type { RerankError } from '../api/errors.js'
import { serviceError } from '../api/serviceErrors.js'
import type { RemoteProtocol } from './types.js'

export interface ServiceResult {
  /** Place in the list that was sent. */
  index: number
  score: number
}

interface Protocol {
  path: string
  body(query: string, texts: readonly string[], model: string | undefined, topK: number | undefined): object
  /** The list of results in an answer. */
  list(answer: unknown): unknown
  /** The name of a result's score. */
  score: string
}

// JSON leaves undefined fields out.
const documents: Protocol['body'] = (query, texts, model, topK) => ({
  model,
  query,
  documents: texts,
  top_n: topK,
})
const results: Protocol['list'] = answer => (answer as { results?: unknown } | null)?.results

export const PROTOCOLS: Record<RemoteProtocol, Protocol> = {
  cohere: { path: '/v2/rerank', body: documents, list: results, score: 'relevance_score' },
  jina: {
    path: '/v1/rerank',
    // The texts are not needed back.
    body: (...given) => ({ ...documents(...given), return_documents: false }),
    list: results,
    score: 'relevance_score',
  },
  tei: {
    path: '/rerank',
    // Raw scores: mapped to 0 … 1, all high scores of a strong model would become 1.
    body: (query, texts) => ({ query, texts, raw_scores: true, truncate: true }),
    list: answer => answer,
    score: 'score',
  },
}

/**
 * Reads an answer, in the service's order.
 * @param count the number of passages sent
 * @param wanted the number of results that must arrive
 * @throws RerankError `bad-answer`
 */
export function readAnswer({ list, score }: Protocol, answer: unknown, count: number, wanted: number): ServiceResult[] {
  const rows = list(answer)
  if (!Array.isArray(rows)) throw badAnswer('it holds no list of results')
  const seen = new Set<number>()
  const scored = rows.map((row: Record<string, unknown> | null): ServiceResult => {
    const index = row?.index as number
    const value = row?.[score] as number
    if (!Number.isInteger(index) || index < 0 || index >= count) throw badAnswer('an index lies outside of the list')
    if (seen.has(index)) throw badAnswer(`index ${index} comes twice`)
    if (!Number.isFinite(value)) throw badAnswer(`the ${score} of index ${index} is no number`)
    seen.add(index)
    return { index, score: value }
  })
  if (scored.length < wanted) throw badAnswer(`it holds ${scored.length} results of ${wanted}`)
  return scored.slice(0, wanted)
}

function badAnswer(what: string): RerankError {
  return serviceError('bad-answer', `The answer of the service is not of its protocol: ${what}.`)
}
