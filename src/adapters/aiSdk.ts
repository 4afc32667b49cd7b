import type { Passage } from '../api/ranking.js'
import type { AdapterOptions, AnyReranker } from './adapterOptions.js'

/** A call of AI SDK's `rerank`. Other fields, such as headers, do not apply. */
export interface RerankCall {
  documents: { type: 'text'; values: string[] } | { type: 'object'; values: Record<string, unknown>[] }
  query: string
  topN?: number | undefined
  abortSignal?: AbortSignal | undefined
}

/** A `RerankingModelV3` of the AI SDK, which its versions 6 and 7 take. */
export interface RerankingModel {
  readonly specificationVersion: 'v3'
  readonly provider: string
  readonly modelId: string
  /** @throws RerankError or the reason of a signal, as `rank` of the reranker does */
  doRerank(call: RerankCall): Promise<{ ranking: { index: number; relevanceScore: number }[] }>
}

/**
 * Makes a reranking model for `rerank` of the AI SDK. By default, the model reads `title` and `text` of a document that
 * is an object, or, if it has no `text`, the texts and numbers in it.
 * @param reranker you dispose of it yourself
 * @example
 * const model = rerankingModel(await createReranker())
 * const { rerankedDocuments } = await rerank({ model, query, documents, topN: 5 })
 */
export function rerankingModel(
  reranker: AnyReranker,
  options: Omit<AdapterOptions<string | Record<string, unknown>>, 'topK'> = {},
): RerankingModel {
  const { passage = toPassage, signal, ...rankOptions } = options
  return {
    specificationVersion: 'v3',
    provider: 'mvp-rerank',
    modelId: reranker.info.model ?? 'remote',
    async doRerank({ documents, query, topN, abortSignal }) {
      const signals = [signal, abortSignal].filter(signal => signal !== undefined)
      const { results } = await reranker.rank(query, documents.values.map(passage), {
        ...rankOptions,
        ...(topN === undefined ? {} : { topK: topN }),
        ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
      })
      return { ranking: results.map(({ index, score }) => ({ index, relevanceScore: score })) }
    },
  }
}

function toPassage(document: string | Record<string, unknown>): Passage {
  if (typeof document === 'string') return document
  const { title, text } = document
  if (typeof text === 'string') return typeof title === 'string' ? { title, text } : { text }
  return leaves(document).join(' ')
}

/** The texts and numbers in a JSON value, in their order. */
function leaves(value: unknown): (string | number)[] {
  if (typeof value === 'string' || typeof value === 'number') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : []
}
