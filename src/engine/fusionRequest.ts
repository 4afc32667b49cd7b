import { RerankError } from '../api/errors.js'
import type { FusionMode, ModelFusion, SignalWeights } from '../api/models.js'
import type { FusionOption } from '../api/ranking.js'
import type { Manifest } from '../model/manifest.js'

/** The signals that one request fuses, and their weights. */
export interface FusionRequest {
  weights: SignalWeights
  /** For the first step of a cascade. */
  cascadeWeights: SignalWeights
  /** Whether passages that come without a vector are embedded. */
  embed: boolean
  /** Whether to compute late interaction: it has a weight, or the caller wants to see the signals. */
  lateInteraction: boolean
}

/** For models whose manifest has no weights. These did well with the untrained MiniLM on development sets. */
const DEFAULT_WEIGHTS = { mvp: 1, cosine: 0.5, lateInteraction: 0.5, firstStage: 0.25 }
const DEFAULT_CASCADE_WEIGHTS = { mvp: 1, cosine: 1, lateInteraction: 1, firstStage: 1 }
const DEFAULT_FUSION: ModelFusion = {
  mode: 'off',
  weights: { given: DEFAULT_WEIGHTS, embed: DEFAULT_WEIGHTS, cascade: DEFAULT_CASCADE_WEIGHTS },
}

/**
 * The fusion that a call asks for, or else the manifest's.
 * @returns undefined if nothing is fused
 * @throws RerankError `unsupported` if the call asks for fusion and the model cannot embed
 */
export function fusionRequest(
  manifest: Manifest,
  asked: FusionOption | undefined,
  explain: boolean,
): FusionRequest | undefined {
  if (manifest.architecture.embedder) return embedderFusion(manifest, asked)
  const { mode: defaultMode, weights } = manifest.fusion ?? DEFAULT_FUSION
  const mode = modeOf(asked, defaultMode)
  if (mode === 'off') return undefined
  if (!manifest.prompt.embed) {
    throw new RerankError('unsupported', `The model ${manifest.name} cannot embed, so there is no fusion with it.`, {
      remedy: 'Leave `fusion` out.',
    })
  }
  const embed = mode === 'embed'
  const chosen = { ...weights[mode], ...(typeof asked === 'object' ? asked.weights : {}) }
  return {
    weights: chosen,
    cascadeWeights: weights.cascade,
    embed,
    lateInteraction: explain || chosen.lateInteraction !== 0,
  }
}

/** The scores of an embedder, which count as MVP's, are made of its embeddings. Fusion adds the first stage's. */
export function embedderFusion({ fusion, architecture }: Manifest, asked: FusionOption | undefined): FusionRequest {
  const mode = modeOf(asked, fusion?.mode ?? 'off')
  const own = { mvp: 1, cosine: 0, lateInteraction: 0, firstStage: 0 }
  const fitted = fusion?.weights[mode === 'off' ? 'given' : mode] ?? { ...own, firstStage: 0.25 }
  const weights = mode === 'off' ? own : { ...fitted, ...(typeof asked === 'object' ? asked.weights : {}) }
  const lateInteraction = architecture.embedder!.scoring === 'late-interaction'
  return { weights, cascadeWeights: weights, embed: true, lateInteraction }
}

function modeOf(asked: FusionOption | undefined, defaultMode: FusionMode): FusionMode {
  if (asked === undefined) return defaultMode
  if (asked === false) return 'off'
  if (typeof asked === 'object' && asked.embed !== undefined) return asked.embed ? 'embed' : 'given'
  return defaultMode === 'off' ? 'given' : defaultMode
}
