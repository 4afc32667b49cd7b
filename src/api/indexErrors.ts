import type { IndexErrorCode } from './errorCodes.js'
import { withRemedies } from './errors.js'

/** Errors of a site's index: raised in the search worker and by the indexer. */
export const indexError = /* @__PURE__ */ withRemedies<IndexErrorCode>({
  'index-not-found': 'Make the index with `mvp-rerank index` and serve its whole folder; check `src`.',
  'bad-index': 'Make the index again with `mvp-rerank index` and serve its whole folder.',
  'version-mismatch': 'Make the index with `mvp-rerank index` of the same version as the page uses.',
  'hash-mismatch':
    'Serve the whole folder that `mvp-rerank index` wrote, unchanged; clear the cache of the server or its CDN.',
})
