import type { Reranker, RerankerInfo } from '../api/ranking.js'
import type { IndexInfo } from '../api/search.js'

/**
 * Whether the model's vectors can be compared with the index's embeddings. Both must come from the same weights: a
 * cached index and a newer model may share a name but not the weights.
 */
export function fitsEmbeddings({ embeddings }: IndexInfo, model: Reranker<Partial<RerankerInfo>>['info']): boolean {
  if (!embeddings || embeddings.model !== model.model) return false
  return embeddings.weights === undefined || model.weights === undefined || embeddings.weights === model.weights
}
