import type { Reranker, RerankerInfo } from '../api/ranking.js'
import type { IndexInfo } from '../api/search.js'

/**
 * Whether the model's vectors can be compared with the index's embeddings: both are of one model with one set of weights. An index that a browser kept and a
 * model that has come since may have one name and different weights.
 */
export function fitsEmbeddings({ embeddings }: IndexInfo, model: Reranker<Partial<RerankerInfo>>['info']): boolean {
  if (!embeddings || embeddings.model !== model.model) return false
  return embeddings.weights === undefined || model.weights === undefined || embeddings.weights === model.weights
}
