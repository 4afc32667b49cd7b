import type { RerankerInfo } from '../api/ranking.js'
import type { ModelNames } from './modelNames.js'

export interface Limits {
  /** The number of requests that are taken at a time: ranked or waiting. */
  requests: number
  maxPassages: number
}

/** TEI's `/info`. Clients read `max_client_batch_size`, the longest list. */
export function infoPage(info: RerankerInfo, models: ModelNames, { requests, maxPassages }: Limits): unknown {
  return {
    model_id: models.served,
    model_sha: info.weights,
    model_dtype: info.dtype,
    model_type: { reranker: { id2label: { 0: 'LABEL_0' }, label2id: { LABEL_0: 0 } } },
    max_concurrent_requests: requests,
    max_input_length: info.maxLength,
    max_batch_tokens: info.maxLength * maxPassages,
    max_batch_requests: null,
    max_client_batch_size: maxPassages,
    auto_truncate: true,
    tokenization_workers: 1,
    served_model_name: models.served,
    version: info.versions['mvp-rerank'],
    sha: null,
    docker_label: null,
  }
}

/**
 * OpenAI's list of models, with the fields that vLLM and Infinity add.
 * @param owner Infinity's client accepts only its own, or none
 */
export function modelsPage(info: RerankerInfo, models: ModelNames, created: number, owner?: string): unknown {
  const data = models.all.map(id => ({
    id,
    object: 'model',
    created,
    ...(owner !== undefined && { owned_by: owner }),
    root: info.model,
    parent: null,
    max_model_len: info.maxLength,
    permission: [],
    backend: info.versions.onnxruntime === undefined ? 'kernels' : 'onnxruntime',
    capabilities: ['rerank'],
    stats: {},
  }))
  return { object: 'list', data }
}
