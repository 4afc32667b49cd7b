import type { Reranker } from '../api/ranking.js'

/**
 * Whose rerank protocol: Cohere's `POST /v2/rerank`, Jina's `POST /v1/rerank`, or `POST /rerank` of
 * text-embeddings-inference.
 */
export type RemoteProtocol = 'cohere' | 'jina' | 'tei'

export interface RemoteOptions {
  /**
   * Address of the service. Unless it ends in `/rerank`, the path of the protocol is added.
   * @example 'https://api.jina.ai'
   */
  url: string | URL
  /**
   * What the service speaks; `mvp-rerank serve` speaks all three.
   * @default 'cohere'
   */
  protocol?: RemoteProtocol
  /**
   * Sent as bearer token, and put nowhere else. What a page holds its visitors can read: give pages a key of their own,
   * or none.
   * @default none
   */
  key?: string
  /**
   * Name of the model at the service. Cohere and Jina need one; TEI has but one model.
   * @default none
   */
  model?: string
  /**
   * Milliseconds that a call may take, with all that is tried again.
   * @default 10000
   */
  deadline?: number
  /**
   * How often a request is sent again after an answer of 408, 424, 425, 429 or 5xx, or a connection that broke. The
   * pauses between grow, are drawn at random, and are at least what `Retry-After` says.
   * @default 3
   */
  retries?: number
  /**
   * Send a longer list in several requests of at most so many passages. TEI takes 32 unless started with another
   * `--max-client-batch-size`; Cohere recommends no more than 1000. Only for services that score each passage by
   * itself, as cross-encoders do: then all scores are of one scale. MVP's are listwise, so a list that was split would
   * be ordered wrongly.
   * @default never split: what is too long for the service is refused by it
   */
  split?: number
  /**
   * Answers when the service does not: a reranker, or what makes one when it is first needed. It stays its owner's:
   * `dispose` leaves one that was handed over as it is, and disposes of one that was made.
   * @default none: the call rejects
   * @example () => createReranker()
   */
  fallback?: Reranker<unknown> | (() => Promise<Reranker<unknown>>)
  /**
   * Milliseconds for which the service is left alone after it failed, all calls going to the fallback at once.
   * @default 10000
   */
  pause?: number
  onStatus?: (status: ServiceStatus) => void
}

export interface ServiceStatus {
  /** fallback: the service did not answer and the fallback does; recovered: the service answers again. */
  kind: 'fallback' | 'recovered'
  /** Why, in words fit for a person. */
  reason: string
}

export interface RemoteInfo {
  device: 'remote'
  protocol: RemoteProtocol
  /** Where requests go, without what follows a `?`. */
  url: string
  /** As it is asked for. */
  model?: string
}
