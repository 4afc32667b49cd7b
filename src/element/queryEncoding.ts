import type { Reranker } from '../api/ranking.js'
import { codeOf } from './errorCode.js'

/** The share of a query's letters that the model knows; 1 from models that do not tell. */
export const knownShare = async (reranker: Reranker, query: string, signal: AbortSignal): Promise<number> =>
  (await ifSupported(() => reranker.knownShares?.([query], { signal }))) ?? 1

/**
 * The query's embedding; undefined from models that do not embed.
 * @param tokens whether those of its tokens follow, which some models do not give
 */
export const queryVector = (
  reranker: Reranker,
  query: string,
  signal: AbortSignal,
  tokens: boolean,
): Promise<Float32Array | undefined> => ifSupported(() => reranker.embed([query], { signal, tokens, prompt: 'query' }))

/** The first answer; undefined from models that do not give any. */
export async function ifSupported<T>(ask: () => Promise<T[]> | undefined): Promise<T | undefined> {
  try {
    return (await ask())?.[0]
  } catch (error) {
    if (codeOf(error) !== 'unsupported') throw error
  }
}
