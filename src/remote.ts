/**
 * Ranks passages by a service, in pages and in Node.
 * @module mvp-rerank/remote
 */

import type { Reranker } from './api/ranking.js'
import { RemoteReranker } from './remote/reranker.js'
import type { RemoteInfo, RemoteOptions } from './remote/types.js'

/**
 * Makes a reranker that asks a service in the protocol of Cohere, Jina or TEI. It has the interface of a local one, but
 * cannot embed. It sends nothing before the first call.
 * @throws RerankError `bad-option` for an unknown option, an address or a key that no request can carry, or a number
 * out of range
 * @example
 * const reranker = await createRemoteReranker({ url: 'https://rank.example.org', fallback: () => createReranker() })
 * const { results } = await reranker.rank('how do plants eat?', passages)
 */
export async function createRemoteReranker(options: RemoteOptions): Promise<Reranker<RemoteInfo>> {
  return new RemoteReranker(options)
}

export type { ErrorCode } from './api/errorCodes.js'
export { RerankError } from './api/errors.js'
export type * from './api/ranking.js'
export type * from './remote/types.js'
