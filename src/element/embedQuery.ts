import type { Reranker, RerankerInfo } from '../api/ranking.js'
import type { IndexInfo } from '../api/search.js'
import { fitsEmbeddings } from '../search/fitsEmbeddings.js'

/** What a query of the index takes from the model. */
export interface EmbeddedQuery {
  vector: Float32Array
  /** For late interaction, where the index has token codes of this model. */
  tokens?: Float32Array
}

/** Whether an order by late interaction can be had of this index and this model. */
export function hasLateInteraction(info: IndexInfo, reranker: Reranker<Partial<RerankerInfo>>): boolean {
  return info.tokens !== undefined && reranker.embedTokens !== undefined && fitsEmbeddings(info, reranker.info)
}

/** The query's embedding, and the vectors of its tokens from the same run; undefined from models that do not embed. */
export async function embedQuery(
  reranker: Reranker,
  query: string,
  info: IndexInfo,
  signal: AbortSignal,
): Promise<EmbeddedQuery | undefined> {
  try {
    if (!hasLateInteraction(info, reranker)) return { vector: (await reranker.embed([query], { signal }))[0]! }
    const { vector, tokens } = (await reranker.embedTokens([query], { signal }))[0]!
    return tokens.length > 0 ? { vector, tokens } : { vector }
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code === 'unsupported') return undefined
    throw error
  }
}
