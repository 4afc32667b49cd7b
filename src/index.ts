/**
 * Ranks passages and searches a site, in a page. The model and the index run in Web Workers.
 * @module mvp-rerank
 */

export type { ErrorCode } from './api/errorCodes.js'
export { RerankError, type RerankErrorOptions } from './api/errors.js'
export type {
  AnswerWeights,
  Depth,
  Dtype,
  FusionMode,
  ModelFusion,
  Precision,
  Signal,
  SignalWeights,
} from './api/models.js'
export type * from './api/ranking.js'
export type {
  Candidate,
  ExactMatch,
  FacetValue,
  IndexCredit,
  IndexInfo,
  MatchedTerm,
  OpenSearchOptions,
  QueryOptions,
  QueryResult,
  SearchProgress,
  Section,
  SiteSearch,
} from './api/search.js'
export { createReranker } from './client/createReranker.js'
export { asPassage } from './search/asPassage.js'
export { codeBytes, hammingDistances, scoreCodes, toCodes } from './search/codes.js'
export { exactFirst } from './search/exactFirst.js'
export { isAnswered } from './search/isAnswered.js'
export { openSearch } from './search/openSearch.js'
export { siteFusion } from './search/siteFusion.js'
export { snippet, snippetStart } from './search/snippet.js'
export { markTerms } from './search/terms.js'
export { cachedModelSize, clearModelCache } from './store/modelCache.js'
