import type { Reranker } from '../api/ranking.js'
import { codeOf } from './errorCode.js'

/** The share of a query's letters that the model knows; 1 from models that do not tell. */
export async function knownShare(reranker: Reranker, query: string, signal: AbortSignal): Promise<number> {
  try {
    return (await reranker.knownShares?.([query], { signal }))?.[0] ?? 1
  } catch (error) {
    if (codeOf(error) === 'unsupported') return 1
    throw error
  }
}

/** The query's embedding, followed by those of its tokens; undefined from models that do not embed. */
export async function queryVector(
  reranker: Reranker,
  query: string,
  signal: AbortSignal,
): Promise<Float32Array | undefined> {
  try {
    return (await reranker.embed([query], { signal, tokens: true, prompt: 'query' }))[0]
  } catch (error) {
    if (codeOf(error) === 'unsupported') return undefined
    throw error
  }
}
