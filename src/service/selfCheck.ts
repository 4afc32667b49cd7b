import type { RerankError } from '../api/errors.js'
import { modelError } from '../api/modelErrors.js'
import type { Precision } from '../api/models.js'
import { cosine } from '../engine/embedding.js'
import type { Engine } from '../engine/engine.js'
import { embedderFusion } from '../engine/fusionRequest.js'
import type { EmbeddingProbe, Probe } from '../model/manifest.js'

/** A device's error may be this many times the converter's error at the same precision. */
const MAX_ERROR_RATIO = 3
/** Allows for rounding if the converter measured no error. */
const MIN_TOLERANCE = 1e-3
/** An error above this share of the scores' spread is wrong, however coarse the precision. */
const MAX_SPREAD_SHARE = 1 / 4
/** But a device need not beat the converter: this many times the converter's error is always allowed. */
const MIN_ERROR_RATIO = 1.5

/**
 * Cosines may always differ by this much: the converter computes half precision on a CPU, which keeps sums in higher
 * precision.
 */
const MIN_COSINE_TOLERANCE = 0.02

/** The result of a device's answer to the model's probe. */
export interface ProbeAnswer {
  /** The largest absolute difference from the scores of full precision. */
  error: number
  tolerance: number
}

/**
 * Checks a device with the model's probe before it is used: some GPU drivers silently compute wrong numbers.
 * @param depths to compare scores at; the deepest runs every layer
 * @throws RerankError `self-check-failed`
 */
export async function selfCheck(
  engine: Engine,
  precision: Precision,
  depths: readonly number[],
  signal: AbortSignal,
): Promise<ProbeAnswer> {
  const { probe } = engine.manifest
  const tolerance = toleranceOf(probe, precision)
  let error = 0
  for (const depth of depths) {
    const expected = probe.scores[depth]!
    const actual = await scoresAt(engine, depth, signal)
    const differences = expected.map((score, i) => Math.abs(score - actual[i]!))
    // NaN would pass the comparison below.
    if (differences.some(Number.isNaN)) throw refusal('it answered with no number')
    error = Math.max(error, ...differences)
    if (actual.length > 1 && new Set(actual).size === 1) throw refusal('it gave every passage the same score')
  }
  if (error > tolerance)
    throw refusal(`its scores are off by ${error.toPrecision(3)}; ${tolerance.toPrecision(3)} is allowed`)
  if (probe.embeddings) await checkEmbeddings(engine, probe.embeddings, precision, signal)
  return { error, tolerance }
}

/** Embeddings take another path than scores: they are read from every token, without views and anchors. */
async function checkEmbeddings(
  engine: Engine,
  { cosines, errors }: EmbeddingProbe,
  precision: Precision,
  signal: AbortSignal,
): Promise<void> {
  const { query, passages } = engine.manifest.probe
  const [asked, ...others] = await engine.embed([query, ...passages], signal)
  const differences = cosines.map((expected, i) => Math.abs(expected - cosine(asked!, others[i]!)))
  if (differences.some(Number.isNaN)) throw refusal('its embeddings are no numbers')
  const error = Math.max(...differences)
  const tolerance = Math.max(MIN_COSINE_TOLERANCE, toleranceOf({ scores: { cosines }, errors }, precision))
  if (error > tolerance)
    throw refusal(`its embeddings are off by ${error.toPrecision(3)}; ${tolerance.toPrecision(3)} is allowed`)
}

/**
 * Three times the converter's error, but less if the probe's scores are so close together that any answer would pass.
 * The widest spread of all depths counts: scores of early exits are often nearly equal, and the deepest exit runs every
 * layer anyway.
 */
export function toleranceOf(probe: Pick<Probe, 'scores' | 'errors'>, precision: Precision): number {
  const converterError = probe.errors[precision] ?? 0
  const spread = Math.max(...Object.values(probe.scores).map(scores => Math.max(...scores) - Math.min(...scores)))
  const limit = Math.max(MIN_ERROR_RATIO * converterError, MAX_SPREAD_SHARE * spread)
  return Math.max(MIN_TOLERANCE, Math.min(MAX_ERROR_RATIO * converterError, limit))
}

/** Times the probe at the deepest exit, in milliseconds. Call it after the check, which compiles the kernels. */
export async function timeProbe(engine: Engine, signal: AbortSignal): Promise<number> {
  engine.clearCache()
  const start = performance.now()
  await scoresAt(engine, engine.manifest.architecture.exits.at(-1)!, signal)
  return performance.now() - start
}

async function scoresAt(engine: Engine, depth: number, signal: AbortSignal): Promise<Float32Array> {
  const { query, passages } = engine.manifest.probe
  const chunks = [passages.map((context, index) => ({ index, context }))]
  const request = {
    query,
    total: passages.length,
    ...(engine.manifest.architecture.embedder
      ? { steps: ['signals' as const], fusion: embedderFusion(engine.manifest, false) }
      : { steps: [depth] }),
    refine: 0,
    maxWindows: 1,
    topK: passages.length,
    explain: false,
    provisional: false,
    nextChunk: async () => chunks.pop(),
  }
  const scores = new Float32Array(passages.length)
  for await (const ranking of engine.rank(request, signal)) {
    ranking.indices.forEach((index, rank) => {
      scores[index] = ranking.scores[rank]!
    })
  }
  return scores
}

function refusal(why: string): RerankError {
  return modelError('self-check-failed', `The device failed the model's probe: ${why}.`)
}
