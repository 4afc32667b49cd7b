import type { IndexErrorCode } from './errorCodes.js'
import { RerankError, type RerankErrorOptions } from './errors.js'

/** What can be wrong with a site's index: raised in the search worker and by the indexer. */
const remedies: Record<IndexErrorCode, string> = {
  'index-not-found': 'Make the index with `mvp-rerank index` and serve its whole folder; check `src`.',
  'bad-index': 'Make the index again with `mvp-rerank index` and serve its whole folder.',
  'version-mismatch': 'Make the index with `mvp-rerank index` of the same version as the page uses.',
  'hash-mismatch':
    'Serve the whole folder that `mvp-rerank index` wrote, unchanged; clear the cache of the server or its CDN.',
}

export function indexError(code: IndexErrorCode, message: string, options: RerankErrorOptions = {}): RerankError {
  return new RerankError(code, message, { ...options, remedy: options.remedy ?? remedies[code] })
}
