import { describe, expect, test } from 'vitest'
import { openCheckpoint } from '../../models/convert/checkpoint.js'
import { BERT_ORACLES, DEEP_ORACLE, ORACLES, oracleFolder, readOracle } from '../../models/oracles/read.js'
import type { Dialect } from '../model/dialect.js'
import { createAnchor, largestDifference, runAnchor, runtimes, TestEncoder } from './testing.js'

// The operators of the WebGPU dialect have CPU kernels in onnxruntime-node as well: a first check of those graphs,
// without a GPU.
const dialects: [string, Dialect][] = [
  ['onnxruntime-node', { device: 'wasm', precision: 'fp32' }],
  ['onnxruntime-node', { device: 'webgpu', precision: 'fp32' }],
  ['onnxruntime-web WASM', { device: 'wasm', precision: 'fp32' }],
]

describe.each(dialects)("%s, %o: the original's numbers", (runtime, dialect) => {
  const ort = runtimes[runtime]!

  test.each(ORACLES)('%s', async name => {
    const oracle = readOracle(name)
    const { architecture, source } = openCheckpoint(oracleFolder(name))
    const firstView = oracle.family === 'bert' ? 1 : 0
    const shape = { views: oracle.views, firstView }
    const anchor = await createAnchor(ort, source, architecture, oracle.views, dialect)
    for (const depth of architecture.exits) {
      const encoder = await TestEncoder.create(ort, source, architecture, shape, dialect, [{ from: 0, to: depth }])
      for (const list of oracle.lists) {
        const expected = list.exits[depth]!
        const batch = list.ids.map((ids, i) => (list.types ? { ids, types: list.types[i]! } : { ids }))
        const { vectors } = await encoder.run(batch, firstView + oracle.views)
        expect(largestDifference(vectors!.data as Float32Array, expected.vectors.flat(2))).toBeLessThan(1e-4)
        const result = await runAnchor(ort, anchor, vectors!.data as Float32Array, [oracle.views, architecture.width])
        expect(largestDifference(result.anchors, expected.anchors.flat())).toBeLessThan(1e-4)
        expect(largestDifference(result.viewScores, expected.viewScores.flat())).toBeLessThan(2e-4)
        expect(largestDifference(result.scores, expected.scores)).toBeLessThan(1e-4)
      }
    }
  })

  test.each([...BERT_ORACLES, DEEP_ORACLE] as const)('embeddings of %s', async name => {
    const { embeddings } = readOracle(name)
    const { architecture, source } = openCheckpoint(oracleFolder(name))
    const { layers, width } = architecture
    const stage = { from: 0, to: layers }
    const encoder = await TestEncoder.create(ort, source, architecture, { views: 1, firstView: 1 }, dialect, [stage])
    for (const { ids, vector } of embeddings!) {
      const hidden = (await encoder.run([{ ids }])).hidden!.data as Float32Array
      const sums = Array.from({ length: width }, (_, k) =>
        ids.reduce((sum, _, row) => sum + hidden[row * width + k]!, 0),
      )
      const length = Math.hypot(...sums)
      expect(
        largestDifference(
          sums.map(sum => sum / length),
          vector,
        ),
      ).toBeLessThan(1e-5)
    }
  })
})
