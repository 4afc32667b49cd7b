import type { Reranker } from '../api/ranking.js'

/**
 * The rerank protocol: Cohere's `POST /v2/rerank`, Jina's `POST /v1/rerank`, or `POST /rerank` of
 * text-embeddings-inference.
 */
export type RemoteProtocol = 'cohere' | 'jina' | 'tei'

export interface RemoteOptions {
  /**
   * The service's address. Unless it ends in `/rerank`, the protocol's path is added.
   * @example 'https://api.jina.ai'
   */
  url: string | URL
  /**
   * The service's protocol. `mvp-rerank serve` speaks all three, and gives this client raw scores in each.
   * @default 'cohere'
   */
  protocol?: RemoteProtocol
  /**
   * A bearer token. It is sent only in that header and appears in no error. Visitors can read whatever a page holds, so
   * give a page a key of its own, or none.
   * @default none
   */
  key?: string
  /**
   * The model's name at the service. Cohere and Jina need one; TEI has only one model.
   * @default none
   */
  model?: string
  /**
   * The longest time of a call, retries included, in milliseconds.
   * @default 10000
   */
  deadline?: number
  /**
   * The number of retries after an answer of 408, 424, 425, 429, 500, 502, 503 or 504, or a broken connection. Backoff
   * is exponential with jitter, and at least `Retry-After`.
   * @default 3
   */
  retries?: number
  /**
   * The most passages in one request; a longer list is sent in several. TEI takes 32 unless started with another
   * `--max-client-batch-size`; Cohere recommends at most 1000. Use it only with services that score each passage on its
   * own, as cross-encoders do: then all scores share one scale. MVP's scores are listwise, so a split list would be
   * ordered wrongly.
   * @default never split: the service refuses a list that is too long for it
   */
  split?: number
  /**
   * Answers when the service does not: a reranker, or a function that makes one on first need. `dispose` disposes of a
   * reranker that the function made, and leaves a given one to its owner.
   * @default none: the call rejects
   * @example () => createReranker()
   */
  fallback?: Reranker<unknown> | (() => Promise<Reranker<unknown>>)
  /**
   * After a failure, all calls go straight to the fallback for this long, in milliseconds.
   * @default 10000
   */
  pause?: number
  onStatus?: (status: ServiceStatus) => void
}

export interface ServiceStatus {
  /** fallback: the service did not answer, so the fallback does. recovered: the service answers again. */
  kind: 'fallback' | 'recovered'
  /** The reason, in words for a person. */
  reason: string
}

export interface RemoteInfo {
  device: 'remote'
  protocol: RemoteProtocol
  /** The address of requests, without its query string. */
  url: string
  /** The name that requests carry. */
  model?: string
}
