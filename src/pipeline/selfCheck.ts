import type { Verdict } from '../client/types.js'
import { RerankError } from '../errors.js'
import type { Precision } from '../store/manifest.js'
import type { Engine } from './engine.js'

/** A device may be this many times further from full precision than the converter was, at the same precision. */
const SLACK = 3
/** Rounding alone, where the converter saw no error at all. */
const LEAST = 1e-3

/**
 * Lets a device answer the model's probe before it is used: GPU drivers are known to give wrong numbers without an error.
 * @throws RerankError `self-check-failed`
 */
export async function selfCheck(engine: Engine, precision: Precision, signal: AbortSignal): Promise<Verdict> {
  const { probe, architecture } = engine.manifest
  const tolerance = Math.max(LEAST, SLACK * (probe.errors[precision] ?? 0))
  let error = 0
  for (const depth of architecture.exits) {
    const expected = probe.scores[depth]!
    const actual = await scoresAt(engine, depth, signal)
    const differences = expected.map((score, i) => Math.abs(score - actual[i]!))
    // NaN would pass a comparison, and Math.max with it gives NaN.
    if (differences.some(Number.isNaN)) throw refusal('it answered with no number')
    error = Math.max(error, ...differences)
    if (new Set(actual).size === 1) throw refusal('it gave every passage the same score')
  }
  if (error > tolerance)
    throw refusal(`its scores are off by ${error.toPrecision(3)}; ${tolerance.toPrecision(3)} is allowed`)
  return { error, tolerance }
}

async function scoresAt(engine: Engine, depth: number, signal: AbortSignal): Promise<Float32Array> {
  const { query, passages } = engine.manifest.probe
  const slices = [passages.map((context, index) => ({ index, context }))]
  const request = {
    query,
    total: passages.length,
    depth,
    refine: 0,
    topK: passages.length,
    partial: false,
    next: async () => slices.pop(),
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
