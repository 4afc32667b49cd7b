import { describe, expect, test } from 'vitest'
import { openCheckpoint } from '../../models/convert/checkpoint.js'
import { oracleFolder, readOracle } from '../../models/oracles/read.js'
import type { Dialect } from '../model/dialect.js'
import type { Architecture } from '../model/manifest.js'
import type { TensorSource } from '../model/tensors.js'
import { createAnchor, largestDifference, runAnchor, runtimes, TestEncoder } from './testing.js'
import { dequantizedSource, quantized } from './testWeights.js'

// Width 64, 32 and 48: several blocks a row, one, and none, which falls back to unquantized weights.
const names = ['t5-sharded', 'bert-relu', 'bert-gated'] as const
const plain: Dialect = { device: 'wasm', precision: 'fp32' }

describe.each(['q8', 'q4'] as const)('%s', dtype => {
  test.each([
    ['onnxruntime-node', plain],
    ['onnxruntime-node', { device: 'webgpu', precision: 'fp32' }],
    ['onnxruntime-web WASM', { device: 'webgpu', precision: 'fp32' }],
  ] as [string, Dialect][])('%s, %o gives the numbers of its own dequantized weights', async (runtime, dialect) => {
    for (const name of names) {
      const { actual, expected } = await compare(name, dtype, runtime, dialect)
      expect(largestDifference(actual.vectors, expected.vectors)).toBeLessThan(2e-5)
      expect(largestDifference(actual.scores, expected.scores)).toBeLessThan(1e-4)
    }
  })

  test.each([
    ['onnxruntime-node', { device: 'wasm', precision: 'int8' }, 0.05],
    ['onnxruntime-web WASM', { device: 'wasm', precision: 'int8' }, 0.05],
    // Half precision has no CPU kernels: onnxruntime computes these in single precision between casts.
    ['onnxruntime-node', { device: 'webgpu', precision: 'fp16' }, 0.003],
  ] as [string, Dialect, number][])('%s, %o is close to them', async (runtime, dialect, bound) => {
    for (const name of names) {
      if (dialect.precision === 'fp16' && name.startsWith('t5')) continue
      const { actual, expected } = await compare(name, dtype, runtime, dialect)
      expect(relativeError(actual.vectors, expected.vectors)).toBeLessThan(bound)
    }
  })
})

async function compare(name: (typeof names)[number], dtype: 'q8' | 'q4', runtime: string, dialect: Dialect) {
  const { architecture, source } = openCheckpoint(oracleFolder(name))
  const weights = quantized(source, architecture, dtype)
  return {
    actual: await scores(name, runtime, weights, architecture, dialect),
    expected: await scores(name, 'onnxruntime-node', dequantizedSource(weights), architecture, plain),
  }
}

async function scores(
  name: (typeof names)[number],
  runtime: string,
  source: TensorSource,
  architecture: Architecture,
  dialect: Dialect,
) {
  const ort = runtimes[runtime]!
  const { views, family, lists } = readOracle(name)
  const firstView = family === 'bert' ? 1 : 0
  const stage = { from: 0, to: architecture.layers }
  const encoder = await TestEncoder.create(ort, source, architecture, { views, firstView }, dialect, [stage])
  const { ids, types } = lists[2]!
  const batch = ids.map((ids, i) => (types ? { ids, types: types[i]! } : { ids }))
  const vectors = (await encoder.run(batch, firstView + views)).vectors!.data as Float32Array
  const anchor = await createAnchor(ort, source, architecture, views, dialect)
  return { vectors, scores: (await runAnchor(ort, anchor, vectors, [views, architecture.width])).scores }
}

/** Root mean square of the differences, over that of the values. */
function relativeError(actual: Float32Array, expected: Float32Array): number {
  let difference = 0
  let size = 0
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i]! - expected[i]!) ** 2
    size += expected[i]! ** 2
  }
  return Math.sqrt(difference / size)
}
