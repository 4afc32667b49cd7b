import { describe, expect, test } from 'vitest'
import type { Engine } from '../engine/engine.js'
import type { EngineRequest } from '../engine/engineRequest.js'
import type { EmbeddingProbe } from '../model/manifest.js'
import { selfCheck, toleranceOf } from './selfCheck.js'

const probe = {
  query: 'q',
  passages: ['a', 'b', 'c'],
  scores: { 2: [0.5, 0.5, 0.51], 4: [3, 1, 2] },
  errors: { fp32: 0.1, int8: 0.4, fp16: 1 },
}

/** A device that answers the probe as it is told to, at every depth. */
function answering(scores: Record<number, number[]>): Engine {
  return {
    manifest: { probe, architecture: {} },
    async *rank({ steps: [depth] }: EngineRequest) {
      yield { indices: Uint32Array.of(0, 1, 2), scores: Float32Array.from(scores[depth as number]!) }
    },
  } as unknown as Engine
}

const check = (scores: number[], precision: 'fp32' | 'int8' = 'fp32') =>
  selfCheck(answering({ 2: [0.5, 0.51, 0.52], 4: scores }), precision, [2, 4], new AbortController().signal)

test('an answer within three times the error of the converter is right', async () => {
  expect(await check([3.25, 1, 2])).toEqual({ error: 0.25, tolerance: expect.closeTo(0.3) })
})

test.each([
  ['beyond it', [3.35, 1, 2]],
  ['that is no number', [3, Number.NaN, 2]],
  ['without end', [3, Number.POSITIVE_INFINITY, 2]],
  ['that is the same for all', [2, 2, 2]],
])('an answer %s is refused', async (_, scores) => {
  await expect(check(scores)).rejects.toMatchObject({ code: 'self-check-failed' })
})

test('where three times the error is as wide as the scores are apart, less is allowed', () => {
  // A quarter of the spread of the depth whose scores lie furthest apart …
  expect(toleranceOf({ ...probe, errors: { fp32: 0.3 } }, 'fp32')).toBe(0.5)
  // … but never less than the converter itself needed, and half as much.
  expect(toleranceOf(probe, 'int8')).toBeCloseTo(0.6)
  expect(toleranceOf(probe, 'fp16')).toBe(1.5)
})

describe('embeddings', () => {
  const cosines = [0.9, 0.1, 0.5]
  /** A device whose scores are right, and whose embeddings have these cosines to that of the query. */
  const embedding = (found: number[], embeddings?: EmbeddingProbe) =>
    ({
      ...answering(probe.scores),
      manifest: { probe: { ...probe, ...(embeddings ? { embeddings } : {}) }, architecture: {} },
      embed: async () => [Float32Array.of(1, 0), ...found.map(x => Float32Array.of(x, Math.sqrt(1 - x * x)))],
    }) as unknown as Engine
  const check = (found: number[], embeddings?: EmbeddingProbe) =>
    selfCheck(embedding(found, embeddings), 'int8', [2, 4], new AbortController().signal)

  test('within three times the error of the converter are right', async () => {
    await check([0.8, 0.1, 0.5], { cosines, errors: { int8: 0.04 } })
  })

  test('a little off are right whatever the converter saw', async () => {
    await check([0.89, 0.1, 0.5], { cosines, errors: {} })
  })

  test.each([
    ['beyond it', [0.7, 0.1, 0.5]],
    ['that are no numbers', [Number.NaN, 0.1, 0.5]],
    ['that are all the same', [0.9, 0.9, 0.9]],
  ])('%s are refused, though the scores are right', async (_, found) => {
    const refused = check(found, { cosines, errors: { int8: 0.04 } })
    await expect(refused).rejects.toMatchObject({
      code: 'self-check-failed',
      message: expect.stringContaining('embeddings'),
    })
  })

  test('are not asked for where the manifest has none', async () => {
    await check([0, 0, 0])
  })
})
