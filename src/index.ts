export { createReranker } from './client/createReranker.js'
export type {
  CohereRanking,
  CreateOptions,
  Device,
  DeviceStatus,
  FilesStatus,
  FusionOption,
  Passage,
  PassageObject,
  Progress,
  RankedPassage,
  Ranking,
  RankOptions,
  Reranker,
  RerankerInfo,
  Signals,
  Status,
  Verdict,
} from './client/types.js'
export { type ErrorCode, RerankError, type RerankErrorOptions } from './errors.js'
export { codeBytes, hammingDistances, scoreCodes, toCodes } from './search/codes.js'
export type { Depth, Dtype, FusionMode, ModelFusion, Precision, Signal, SignalWeights } from './store/manifest.js'
export { cachedModelSize, clearModelCache } from './store/modelCache.js'
