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
    return {
      model: reranker.info.model,
      weights: reranker.info.weights,
      width: probe!.length,
      embed: texts => reranker.embed(texts, signal ? { signal } : {}),
      embedTokens: texts => reranker.embed(texts, { tokens: true, ...(signal ? { signal } : {}) }),
      dispose: () => reranker.dispose(),
    }
  } catch (error) {
    await reranker.dispose()
    throw error
  }
}
