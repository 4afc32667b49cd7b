/** A rerank protocol, by the service whose clients speak it. */
export type Protocol = 'cohere' | 'jina' | 'tei' | 'vllm' | 'infinity'

/** What a path takes. */
export interface Endpoint {
  /** rerank: a list in the order of its scores. score: pairs of texts, in the order they came. */
  task: 'rerank' | 'score'
  /** The protocol of a request with `documents`. */
  documents: Protocol
  /** The protocol of an error before the request's shape is known. */
  unread: Protocol
}

export const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map<string, Endpoint>([
  ['/rerank', { task: 'rerank', documents: 'vllm', unread: 'tei' }],
  ['/v1/rerank', { task: 'rerank', documents: 'jina', unread: 'jina' }],
  ['/v2/rerank', { task: 'rerank', documents: 'cohere', unread: 'cohere' }],
  // Infinity's own path is /rerank, below a prefix that its operator chooses.
  ['/infinity/rerank', { task: 'rerank', documents: 'infinity', unread: 'infinity' }],
  ['/score', { task: 'score', documents: 'vllm', unread: 'vllm' }],
  ['/v1/score', { task: 'score', documents: 'vllm', unread: 'vllm' }],
])

/** What can be read with GET. */
export const PAGES = [
  '/health',
  '/ready',
  '/metrics',
  '/info',
  '/models',
  '/v1/models',
  '/infinity/models',
  '/infinity/health',
] as const

/** Without slashes at the end or in a row, which clients make of a base address and a path. */
export function cleanPath(url: string): string {
  return `/${url.split('?')[0]!.split('/').filter(Boolean).join('/')}`
}

/** The protocol of a request, by its path and its fields. */
export function protocolOf({ task, documents, unread }: Endpoint, body: unknown): Protocol {
  if (task === 'score' || typeof body !== 'object' || body === null) return unread
  if (!('documents' in body)) return 'texts' in body ? 'tei' : unread
  // At one path, Infinity's own client always sends this field and vLLM has none of the name.
  return documents === 'vllm' && 'raw_scores' in body ? 'infinity' : documents
}
