import { RerankError } from '../api/errors.js'
import type { Depth } from '../api/models.js'
import type { Manifest } from '../model/manifest.js'
import type { Candidate, RankRequest } from '../threads/rerankProtocol.js'
import { type CascadeStep, cascadeSteps, checkDepth } from './cascade.js'
import { type FusionRequest, fusionRequest } from './fusionRequest.js'

/** A ranking request with the defaults of its model filled in. */
export interface ResolvedRequest {
  query: string
  total: number
  /** Each step but the first reads only the best passages of the step before. */
  steps: readonly CascadeStep[]
  refine: number
  /** The most windows that a passage is cut into if it is too long for the prompt. */
  maxWindows: number
  /** Absent: MVP's scores alone. */
  fusion?: FusionRequest | undefined
  topK: number
  explain: boolean
}

export interface EngineRequest extends ResolvedRequest {
  /** Whether the caller wants provisional rankings. */
  provisional: boolean
  /** The next chunk of candidates, likeliest first; undefined after the last. */
  nextChunk: () => Promise<readonly Candidate[] | undefined>
}

/**
 * Checks a request against its model and fills in the model's defaults.
 * @param defaultDepth of the reranker
 * @throws RerankError unsupported
 */
export function resolveRequest(request: RankRequest, manifest: Manifest, defaultDepth: Depth): ResolvedRequest {
  const { query, total, explain, topK = total } = request
  const { architecture, defaults, name } = manifest
  if (!architecture.anchor) checkAlone(request, manifest)
  const fusion = fusionRequest(manifest, request.fusion, explain)
  const embedded = fusion !== undefined && (fusion.embed || request.embedded)
  return {
    query,
    total,
    steps: architecture.embedder
      ? ['signals']
      : cascadeSteps(request.depth ?? defaultDepth, architecture.exits, { total, embedded }, name),
    refine: request.refine ?? defaults.refine,
    maxWindows: request.windows ?? defaults.windows ?? 1,
    fusion,
    topK,
    explain,
  }
}

/**
 * Only a listwise model has anchors to decode again and views to show. An embedder reads no passage with the query, so
 * there is nothing to read in windows or at another depth.
 */
function checkAlone({ refine = 0, explain, windows = 1, depth }: RankRequest, { architecture, name }: Manifest): void {
  const { embedder, exits } = architecture
  const asked = refine > 0 ? 'refine' : explain ? 'explain' : embedder && windows > 1 ? 'windows' : undefined
  if (embedder && depth !== undefined) checkDepth(exits, depth, name)
  if (!asked) return
  const kind = embedder?.scoring ?? 'pointwise'
  throw new RerankError('unsupported', `The model ${name} is ${kind}: \`${asked}\` makes no sense for it.`, {
    remedy: `Leave out \`${asked}\`, or use a listwise model.`,
  })
}
