import type { Reranker } from '../api/ranking.js'
import { codeOf } from './errorCode.js'

/** The share of a query's letters that the model knows; 1 from models that do not tell. */
export const knownShare = async (reranker: Reranker, query: string, signal: AbortSignal): Promise<number> =>
  (await ifSupported(() => reranker.knownShares?.([query], { signal }))) ?? 1

/** The query's embedding, followed by those of its tokens; undefined from models that do not embed. */
export const queryVector = (
  reranker: Reranker,
  query: string,
  signal: AbortSignal,
): Promise<Float32Array | undefined> =>
  ifSupported(() => reranker.embed([query], { signal, tokens: true, prompt: 'query' }))

/** The first answer; undefined from models that do not give any. */
export async function ifSupported<T>(ask: () => Promise<T[]> | undefined): Promise<T | undefined> {
  try {
    return (await ask())?.[0]
  } catch (error) {
    if (codeOf(error) !== 'unsupported') throw error
  }
}
