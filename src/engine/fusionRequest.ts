import { RerankError } from '../api/errors.js'
import type { FusionMode, ModelFusion, SignalWeights } from '../api/models.js'
import type { FusionOption } from '../api/ranking.js'
import type { Manifest } from '../model/manifest.js'

/** What one request fuses, and how. */
export interface FusionRequest {
  weights: SignalWeights
  /** For the cheap step of a cascade. */
  step: SignalWeights
  /** Whether passages that come without a vector are embedded. */
  embed: boolean
  /** Whether late interaction is wanted: it has a weight, or someone looks at the signals. */
  late: boolean
}

/** Of models whose manifest has none: what did well with the untrained MiniLM on development sets. */
const PLAIN = { mvp: 1, cosine: 0.5, lateInteraction: 0.5, firstStage: 0.25 }
const CHEAP = { mvp: 1, cosine: 1, lateInteraction: 1, firstStage: 1 }
const DEFAULT: ModelFusion = { mode: 'off', weights: { given: PLAIN, embed: PLAIN, cascade: CHEAP } }

/**
 * What a call asks for, or else the manifest.
 * @returns undefined where nothing is fused
 * @throws RerankError unsupported, where fusion is asked for of a model that cannot embed
 */
export function fusionRequest(
  manifest: Manifest,
  asked: FusionOption | undefined,
  explain: boolean,
): FusionRequest | undefined {
  const { mode: standard, weights } = manifest.fusion ?? DEFAULT
  const mode = modeOf(asked, standard)
  if (mode === 'off') return undefined
  if (!manifest.prompt.embed) {
    throw new RerankError('unsupported', `The model ${manifest.name} cannot embed, so there is no fusion with it.`, {
      remedy: 'Leave `fusion` out: the ranking is then by the scores of MVP alone.',
    })
  }
  const embed = mode === 'embed'
  const chosen = { ...weights[mode], ...(typeof asked === 'object' ? asked.weights : {}) }
  return {
    weights: chosen,
    step: weights.cascade,
    embed,
    late: embed && (explain || chosen.lateInteraction !== 0),
  }
}

function modeOf(asked: FusionOption | undefined, standard: FusionMode): FusionMode {
  if (asked === undefined) return standard
  if (asked === false) return 'off'
  if (typeof asked === 'object' && asked.embed !== undefined) return asked.embed ? 'embed' : 'given'
  return standard === 'off' ? 'given' : standard
}
