import { RerankError } from '../api/errors.js'
import type { Precision } from '../api/models.js'
import { cosine } from '../engine/embedding.js'
import type { Engine } from '../engine/engine.js'
import type { EmbeddingProbe, Probe } from '../model/manifest.js'

/** A device may be this many times further from full precision than the converter was, at the same precision. */
const SLACK = 3
/** Rounding alone, where the converter saw no error at all. */
const LEAST = 1e-3
/**
 * An answer that is off by more than this share of the spread of the scores is wrong, however coarse the precision …
 */
const SHARE_OF_SPREAD = 1 / 4
/** … but a device is not asked to be better than the converter was: this many times its error is always allowed. */
const LEAST_SLACK = 1.5

/**
 * Cosines may be off by this much whatever the converter saw: it computes half precision on a CPU, which keeps sums in
 * more.
 */
const LEAST_OF_COSINES = 0.02

/** What a device answered to the model's probe. */
export interface ProbeAnswer {
  /** Largest absolute difference to the scores of full precision. */
  error: number
  tolerance: number
}

/**
 * Lets a device answer the model's probe before it is used: GPU drivers are known to give wrong numbers without an
 * error.
 * @param depths where to read scores; the deepest runs every layer
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
    // NaN would pass a comparison, and Math.max with it gives NaN.
    if (differences.some(Number.isNaN)) throw refusal('it answered with no number')
    error = Math.max(error, ...differences)
    if (actual.length > 1 && new Set(actual).size === 1) throw refusal('it gave every passage the same score')
  }
  if (error > tolerance)
    throw refusal(`its scores are off by ${error.toPrecision(3)}; ${tolerance.toPrecision(3)} is allowed`)
  if (probe.embeddings) await checkEmbeddings(engine, probe.embeddings, precision, signal)
  return { error, tolerance }
}

/** Embeddings are read by another path than scores: from every token, without views and anchors. */
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
  const tolerance = Math.max(LEAST_OF_COSINES, toleranceOf({ scores: { cosines }, errors }, precision))
  if (error > tolerance)
    throw refusal(`its embeddings are off by ${error.toPrecision(3)}; ${tolerance.toPrecision(3)} is allowed`)
}

/**
 * Three times the converter's error; less where that would let a device answer anything, because the probe's scores lie
 * as close together as that. The widest spread of all depths counts: the scores of early exits are often nearly equal,
 * and the deepest exit runs every layer anyway.
 */
export function toleranceOf(probe: Pick<Probe, 'scores' | 'errors'>, precision: Precision): number {
  const seen = probe.errors[precision] ?? 0
  const spread = Math.max(...Object.values(probe.scores).map(scores => Math.max(...scores) - Math.min(...scores)))
  const telling = Math.max(LEAST_SLACK * seen, SHARE_OF_SPREAD * spread)
  return Math.max(LEAST, Math.min(SLACK * seen, telling))
}

/**
 * How long the probe takes at the deepest exit, in milliseconds; run after the check, which compiled what is compiled
 * on first use.
 */
export async function timeProbe(engine: Engine, signal: AbortSignal): Promise<number> {
  engine.forget()
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
    steps: [depth],
    refine: 0,
    windows: 1,
    topK: passages.length,
    partial: false,
    next: async () => chunks.pop(),
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
  return new RerankError('self-check-failed', `The device failed the model's probe: ${why}.`)
}
