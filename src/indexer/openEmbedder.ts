import { RerankError } from '../api/errors.js'
import type { Reranker } from '../api/ranking.js'
import { createReranker } from '../node.js'
import type { Embedder } from './embeddings.js'

/** Opens a reranker for embedding: on all cores, with onnxruntime-node where it is installed. @throws RerankError */
export async function openEmbedder(
  model: string,
  signal?: AbortSignal,
): Promise<Embedder & { dispose(): Promise<void> }> {
  const reranker = await createReranker({ model, cacheBytes: 0, ...(signal ? { signal } : {}) })
  try {
    const [probe] = await reranker.embed(['width'])
    const hasTokens = await embedsTokens(reranker)
    return {
      model: reranker.info.model,
      weights: reranker.info.weights,
      width: probe!.length,
      embed: texts => reranker.embed(texts, signal ? { signal } : {}),
      ...(hasTokens && {
        embedTokens: (texts: readonly string[]) =>
          reranker.embed(texts, { tokens: true, ...(signal ? { signal } : {}) }),
      }),
      dispose: () => reranker.dispose(),
    }
  } catch (error) {
    await reranker.dispose()
    throw error
  }
}

/** Some embedders give vectors of another length than their tokens have. */
async function embedsTokens(reranker: Reranker): Promise<boolean> {
  try {
    await reranker.embed(['width'], { tokens: true })
    return true
  } catch (error) {
    if (error instanceof RerankError && error.code === 'unsupported') return false
    throw error
  }
}
