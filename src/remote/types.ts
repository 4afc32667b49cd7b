import type { Reranker } from '../api/ranking.js'

/**
 * A protocol of rerank services: Cohere's `POST /v2/rerank`, Jina's `POST /v1/rerank`, or `POST /rerank` of
 * text-embeddings-inference.
 */
export type RemoteProtocol = 'cohere' | 'jina' | 'tei'

/** The options of `createRemoteReranker`. Only `url` is required. */
export interface RemoteOptions {
  /**
   * The service's address. The client adds the protocol's path, unless the address ends in `/rerank`.
   * @example 'https://api.jina.ai'
   */
  url: string | URL
  /**
   * The service's protocol. `mvp-rerank serve` speaks all three, and answers this client with raw scores in each.
   * @default 'cohere'
   */
  protocol?: RemoteProtocol
  /**
   * A bearer token. The client sends it only in that header, and no error shows it. Visitors can read everything that a
   * page holds, so give a page a key of its own, or none.
   * @default none
   */
  key?: string
  /**
   * The model's name at the service. Cohere and Jina need one; TEI has only one model.
   * @default none
   */
  model?: string
  /**
   * The longest time of a call, retries included, in milliseconds, from 1. After it, the call rejects with code
   * `timed-out`.
   * @default 10000
   */
  deadline?: number
  /**
   * The number of retries after an answer of 408, 424, 425, 429, 500, 502, 503 or 504, or a broken connection. The
   * waits between retries grow exponentially, with jitter, and last at least `Retry-After`. After the last retry, the
   * call rejects with code `service-failed`.
   * @default 3
   */
  retries?: number
  /**
   * The largest number of passages in one request, from 1. The client sends a longer list in several requests, at most
   * four at a time. TEI takes 32 unless started with another `--max-client-batch-size`; Cohere recommends at most 1000.
   * Use it only with services that score each passage on its own, as cross-encoders do. MVP's scores are listwise, so
   * the order of a split list would be wrong.
   * @default none: a list is never split, and a service refuses one that is too long for it
   */
  split?: number
  /**
   * The reranker that answers when the service does not, or a function that makes it on first need. `dispose` also
   * disposes of a reranker that the function made. A reranker that you pass in stays yours to dispose of.
   * @default none: the call rejects
   * @example () => createReranker()
   */
  fallback?: Reranker<unknown> | (() => Promise<Reranker<unknown>>)
  /**
   * The time after a failure in which all calls go straight to the fallback, in milliseconds, from 0.
   * @default 10000
   */
  pause?: number
  /** Receives a message when the fallback takes over, and when the service answers again. */
  onStatus?: (status: ServiceStatus) => void
}

/** A change in who answers calls. */
export interface ServiceStatus {
  /**
   * - `fallback`: the service did not answer, so the fallback does.
   * - `recovered`: the service answers again.
   */
  kind: 'fallback' | 'recovered'
  /** The reason, in words for people. */
  reason: string
}

/** What a remote reranker knows of its service. */
export interface RemoteInfo {
  /** Always `remote`. */
  device: 'remote'
  /** The protocol of requests. */
  protocol: RemoteProtocol
  /** The address of requests, without its query string. */
  url: string
  /** The model's name in requests. Absent if you gave none. */
  model?: string
}
