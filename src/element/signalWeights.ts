import type { SignalWeights } from '../api/models.js'
import type { FusionOption, RerankerInfo } from '../api/ranking.js'

export type WeightsOfStage = (stage: number) => SignalWeights | undefined

/** A cascade reads a list of so few at full depth at once. */
const minCascade = 10

/**
 * The weights by which a ranking adds up its signals, by stage. The first step of a cascade has weights of its own.
 * @param fusion the call's
 */
export function signalWeights(info: RerankerInfo, fusion: FusionOption | undefined, total: number): WeightsOfStage {
  const own = info.fusion
  if (!own || own.mode === 'off') return () => undefined
  const weights = { ...own.weights[own.mode], ...(typeof fusion === 'object' ? fusion.weights : {}) }
  const cascades = info.depth === 'cascade' && total > minCascade
  return stage => (cascades && stage === 0 ? own.weights.cascade : weights)
}
