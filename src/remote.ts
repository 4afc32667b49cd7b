import { RemoteReranker } from './client/remote/reranker.js'
import type { RemoteInfo, RemoteOptions } from './client/remote/types.js'
import type { Reranker } from './client/types.js'

/**
 * A reranker at a service that speaks the protocol of Cohere, Jina or TEI, behind the interface of the local one. Nothing is asked before the first call.
 * @throws RerankError bad-option
 * @example
 * const reranker = await createRemoteReranker({ url: 'https://rank.example.org', fallback: () => createReranker() })
 * const { results } = await reranker.rank('how do plants eat?', passages)
 */
export async function createRemoteReranker(options: RemoteOptions): Promise<Reranker<RemoteInfo>> {
  return new RemoteReranker(options)
}

export type * from './client/remote/types.js'
export type * from './client/types.js'
export { type ErrorCode, RerankError } from './errors.js'
